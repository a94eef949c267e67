import { Arg, Ctx, FieldResolver, ID, Int, Query, Resolver, Root } from 'type-graphql';
import { Payment, toPayment } from '../payments/payment.type.ts';
import { Refund, toRefund } from '../refunds/refund.type.ts';
import { TicketSeat, toTicketSeat } from '../seats/seat.type.ts';
import { bySeatLabel, seatLabel } from '../seats/seat-label.ts';
import { Show, toShow } from '../shows/show.type.ts';
import { calendarEvent } from './calendar-event.ts';
import type { RequestContext } from './request-context.ts';
import { Ticket } from './ticket.type.ts';
import { TicketEvent } from './ticket-event.type.ts';

@Resolver(() => Ticket)
export class TicketResolver {
  @Query(() => Ticket, {
    nullable: true,
    description:
      'One of your tickets. Null, with the error NOT_FOUND, when there is no such ticket of yours.',
    complexity: 20,
  })
  async ticket(
    @Arg('id', () => ID, { description: 'The id of a ticket.' }) id: string,
    @Ctx() { loaders, now }: RequestContext,
  ): Promise<Ticket | null> {
    const row = await loaders.tickets.load(id);
    return row && new Ticket(row, now);
  }

  @FieldResolver(() => Show, { description: 'The show that it lets you into.', complexity: 5 })
  async show(@Root() { row }: Ticket, @Ctx() { loaders, publicUrl }: RequestContext): Promise<Show> {
    return toShow(await loaders.shows.load(row.ticket.showId), publicUrl);
  }

  @FieldResolver(() => [TicketSeat], {
    description: 'The seats sold with it, A2 before A10; also after it was cancelled.',
    // Most people book two to four.
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  async seats(@Root() { row }: Ticket, @Ctx() { loaders }: RequestContext): Promise<TicketSeat[]> {
    const seats = await seatsInOrder(row.ticket.id, loaders);
    return seats.map((seat) => toTicketSeat(seat, row.ticket.showId));
  }

  @FieldResolver(() => Int, { description: 'How many seats were sold with it.', complexity: 5 })
  async seatsCount(@Root() { id }: Ticket, @Ctx() { loaders }: RequestContext): Promise<number> {
    return (await loaders.seats.load(id)).length;
  }

  @FieldResolver(() => [String], {
    description: 'The names of its seats, such as ["A1", "A2"], in natural order.',
    complexity: 5,
  })
  async seatNumbers(@Root() { id }: Ticket, @Ctx() { loaders }: RequestContext): Promise<string[]> {
    return (await seatsInOrder(id, loaders)).map(seatLabel);
  }

  @FieldResolver(() => Payment, {
    nullable: true,
    description: 'Its payment; null for a hold, also one that expired.',
    complexity: 5,
  })
  async payment(@Root() { id }: Ticket, @Ctx() { loaders }: RequestContext): Promise<Payment | null> {
    const [payment] = await loaders.payments.load(id);
    return payment ? toPayment(payment) : null;
  }

  @FieldResolver(() => Refund, {
    nullable: true,
    description: 'Where the money is; null unless CANCELLED.',
    complexity: 5,
  })
  async refund(@Root() { id }: Ticket, @Ctx() { loaders }: RequestContext): Promise<Refund | null> {
    const [refund] = await loaders.refunds.load(id);
    return refund ? toRefund(refund) : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'The QR code for the door as a PNG data URL; it reads as the id. Null unless CONFIRMED.',
    // Drawing it takes 2 to 4 ms.
    complexity: 400,
  })
  qrCode(@Root() { id, status }: Ticket, @Ctx() { loaders }: RequestContext): Promise<string> | null {
    return status === 'CONFIRMED' ? loaders.qrCodes.load(id) : null;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'The show as an iCalendar file (.ics). After a cancellation it takes the entry out of the calendar again. Null for a hold.',
    // Writing it takes about 1 ms.
    complexity: 200,
  })
  async calendarEvent(
    @Root() { id, status, row, now }: Ticket,
    @Ctx() { loaders }: RequestContext,
  ): Promise<string | null> {
    if (status !== 'CONFIRMED' && status !== 'CANCELLED') return null;
    const [{ show, movie, screen, theater }, seats] = await Promise.all([
      loaders.shows.load(row.ticket.showId),
      seatsInOrder(id, loaders),
    ]);
    const facts = {
      ticketId: id,
      status,
      movie: movie.name,
      theater,
      screen: screen.name,
      seats: seats.map(seatLabel),
      showStart: show.startTime,
      showEnd: show.endTime,
    };
    return calendarEvent(facts, now);
  }

  @FieldResolver(() => [TicketEvent], {
    description: 'What happened to it, oldest first.',
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  async timeline(@Root() { id }: Ticket, @Ctx() { loaders }: RequestContext): Promise<TicketEvent[]> {
    return (await loaders.events.load(id)).toSorted((a, b) => a.seq - b.seq);
  }
}

async function seatsInOrder(ticketId: string, loaders: RequestContext['loaders']) {
  return (await loaders.seats.load(ticketId)).toSorted(bySeatLabel);
}
