import { and, desc, eq, lt, or, type SQL } from 'drizzle-orm';
import { GraphQLDateTime } from 'graphql-scalars';
import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { cancellationPolicies, shows, tickets } from '../../../../src/platform/db/tables/index.ts';
import {
  canCancel,
  cancelDeadline,
  quoteCancellation,
} from '../../../../src/tickets/policies/cancellation-policy.ts';
import { byLabel, decodeCursor, encodeCursor, posterUrl, qrCode } from '../shape.ts';
import { cancelTicket } from './cancel-ticket.ts';
import type { Context } from './context.ts';
import {
  CancelTicketResult,
  Money,
  Payment,
  Pricing,
  Quote,
  Seat,
  Show,
  Ticket,
  TicketConnection,
} from './types.ts';

type Row = typeof tickets.$inferSelect & {
  showStart: Date;
  policy: typeof cancellationPolicies.$inferSelect;
};

@Resolver(() => Ticket)
export class TicketResolver {
  @Query(() => TicketConnection)
  async myTickets(
    @Arg('first', () => Int, { nullable: true }) first: number | null,
    @Arg('after', () => String, { nullable: true }) after: string | null,
    @Ctx() context: Context,
  ) {
    const size = first ?? 20;
    const cursor = after ? decodeCursor(after) : null;
    const before = cursor && {
      at: new Date(cursor.key),
      id: cursor.id,
    };
    const rows = await readTickets(
      context,
      before
        ? or(
            lt(tickets.bookingTime, before.at),
            and(eq(tickets.bookingTime, before.at), lt(tickets.id, before.id)),
          )
        : undefined,
      size + 1,
    );
    const nodes = rows.slice(0, size);
    const last = nodes.at(-1);
    const endCursor = last ? encodeCursor(last.bookingTime.toISOString(), last.id) : null;
    return { nodes, pageInfo: { hasNextPage: rows.length > size, endCursor } };
  }

  @Query(() => Ticket, { nullable: true })
  async ticket(@Arg('id', () => ID) id: string, @Ctx() context: Context) {
    const [row] = await readTickets(context, eq(tickets.id, id), 1);
    return row ?? null;
  }

  @Mutation(() => CancelTicketResult)
  cancelTicket(
    @Arg('id', () => ID) id: string,
    @Arg('idempotencyKey', () => String, { nullable: true }) key: string | null,
    @Ctx() { db, userId }: Context,
  ) {
    return cancelTicket(db, userId, id, key ?? '');
  }

  @FieldResolver(() => Show)
  async show(@Root() ticket: Row, @Ctx() { shows }: Context): Promise<Show> {
    const row = await shows.load(ticket.showId);
    return {
      ...row.shows,
      movie: {
        ...row.movies,
        posterUrl: posterUrl(row.movies.posterUrl),
        duration: row.movies.durationMinutes,
      },
      theater: { ...row.theaters, city: row.cities.name },
      screen: row.screens,
    };
  }

  @FieldResolver(() => [Seat])
  async seats(@Root() ticket: Row, @Ctx() { seats }: Context): Promise<Seat[]> {
    const rows = await seats.load(ticket.id);
    return rows
      .toSorted((a, b) => byLabel(a.row + a.number, b.row + b.number))
      .map((row) => ({ ...row, price: new Money(row.price) }));
  }

  @FieldResolver(() => Int)
  async seatsCount(@Root() ticket: Row, @Ctx() { seats }: Context): Promise<number> {
    return (await seats.load(ticket.id)).length;
  }

  @FieldResolver(() => [String])
  async seatNumbers(@Root() ticket: Row, @Ctx() { seats }: Context): Promise<string[]> {
    return (await seats.load(ticket.id)).map((row) => row.row + row.number).sort(byLabel);
  }

  @FieldResolver(() => Payment, { nullable: true })
  async payment(@Root() ticket: Row, @Ctx() { payments }: Context): Promise<Payment | null> {
    const row = await payments.load(ticket.id);
    return row && { ...row, amount: new Money(row.amount) };
  }

  @FieldResolver(() => Money)
  totalAmount(@Root() ticket: Row): Money {
    return new Money(ticket.totalAmount);
  }

  @FieldResolver(() => Pricing)
  pricing(@Root() { baseAmount, discount, convenienceFee, totalAmount }: Row): Pricing {
    return {
      baseAmount: new Money(baseAmount),
      discount: new Money(discount),
      convenienceFee: new Money(convenienceFee),
      totalAmount: new Money(totalAmount),
    };
  }

  @FieldResolver(() => Boolean)
  async canCancel(@Root() ticket: Row, @Ctx() { payments }: Context): Promise<boolean> {
    const payment = await payments.load(ticket.id);
    return canCancel({ ...ticket, payment }, new Date());
  }

  @FieldResolver(() => GraphQLDateTime)
  cancelDeadline(@Root() ticket: Row): Date {
    return cancelDeadline(ticket);
  }

  @FieldResolver(() => Quote, { nullable: true })
  async cancellationQuote(@Root() ticket: Row, @Ctx() { payments }: Context): Promise<Quote | null> {
    const payment = await payments.load(ticket.id);
    const quote = quoteCancellation({ ...ticket, payment }, new Date());
    return (
      quote && {
        cancellationFee: new Money(quote.cancellationFee),
        refundAmount: new Money(quote.refundAmount),
        feePercent: quote.feeBps / 100,
        validUntil: quote.validUntil,
      }
    );
  }

  @FieldResolver(() => String, { nullable: true })
  qrCode(@Root() { id, status }: Row): Promise<string> | null {
    return status === 'CONFIRMED' ? qrCode(id) : null;
  }
}

async function readTickets(
  { db, userId }: Context,
  condition: SQL | undefined,
  limit: number,
): Promise<Row[]> {
  const rows = await db
    .select()
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId))
    .where(and(eq(tickets.userId, userId), condition))
    .orderBy(desc(tickets.bookingTime), desc(tickets.id))
    .limit(limit);
  return rows.map((row) => ({
    ...row.tickets,
    showStart: row.shows.startTime,
    policy: row.cancellation_policies,
  }));
}
