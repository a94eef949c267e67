import { Arg, Ctx, FieldResolver, Int, Query, Resolver, Root } from 'type-graphql';
import { countTickets, listTickets, type TicketList } from './list-tickets.ts';
import { readPage } from './page-arguments.ts';
import { pageCost } from './page-cost.ts';
import { type RequestContext, signedIn } from './request-context.ts';
import { Ticket } from './ticket.type.ts';
import { TicketConnection } from './ticket-connection.type.ts';
import { encodeCursor } from './ticket-cursor.ts';
import { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { cursorOf, listName, NEWEST_FIRST } from './ticket-order.ts';

@Resolver(() => TicketConnection)
export class MyTicketsResolver {
  @Query(() => TicketConnection, {
    description:
      'Your tickets, the newest booking first unless ordered otherwise. Without first or last: the first 20.',
    complexity: pageCost,
  })
  async myTickets(
    @Arg('first', () => Int, {
      nullable: true,
      description: 'How many from the start or after a cursor, 1 to 100.',
    })
    first: number | null | undefined,
    @Arg('after', () => String, { nullable: true, description: 'Only tickets that follow this cursor.' })
    after: string | null | undefined,
    @Arg('last', () => Int, {
      nullable: true,
      description: 'How many from the end or before a cursor, 1 to 100.',
    })
    last: number | null | undefined,
    @Arg('before', () => String, { nullable: true, description: 'Only tickets that precede this cursor.' })
    before: string | null | undefined,
    @Arg('filter', () => TicketFilter, { nullable: true, description: 'Which tickets to list.' })
    filter: TicketFilter | null | undefined,
    @Arg('orderBy', () => TicketOrder, {
      nullable: true,
      description: 'The order; the newest booking first by default.',
    })
    orderBy: TicketOrder | null | undefined,
    @Ctx() context: RequestContext,
  ): Promise<TicketConnection> {
    const list: TicketList = { userId: signedIn(context).id, filter: filter ?? {}, now: context.now };
    const order = orderBy ?? NEWEST_FIRST;
    const page = await listTickets(context.db, list, order, readPage({ first, after, last, before }));

    const name = listName(order, list.filter);
    const edges = page.rows.map((row) => ({
      node: new Ticket(row, context.now),
      cursor: encodeCursor(cursorOf(row, order), name),
    }));
    return {
      list,
      edges,
      nodes: edges.map((edge) => edge.node),
      pageInfo: {
        hasNextPage: page.hasNextPage,
        hasPreviousPage: page.hasPreviousPage,
        startCursor: edges.at(0)?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  }

  @FieldResolver(() => Int, {
    description: 'How many tickets the whole list has. Counted only when asked for.',
    // Like everything in a page, it is multiplied by the page's size: a statement for a short page, more for a long one.
    complexity: 20,
  })
  totalCount(@Root() { list }: TicketConnection, @Ctx() { db }: RequestContext): Promise<number> {
    return countTickets(db, list);
  }
}
