import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Int, Query, Resolver } from 'type-graphql';
import type { Database } from '../platform/db/database.ts';
import type { TicketList } from './list-conditions.ts';
import { listTickets } from './list-tickets.ts';
import { pageCost, readPage } from './page-arguments.ts';
import { readListOfUser } from './read-list-of-user.ts';
import { readTickets } from './read-tickets.ts';
import { type RequestContext, signedIn } from './request-context.ts';
import { selectedFields, selectedTicketFields } from './selected-fields.ts';
import type { Ticket } from './ticket.type.ts';
import { type PageInfo, TicketConnection } from './ticket-connection.type.ts';
import { readFilter, TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { cursorOf, encodeCursor, listName, NEWEST_FIRST } from './ticket-order.ts';
import type { TicketRow } from './ticket-row.ts';

/** The count when it is not selected. GraphQL cannot serialize NaN, so it can never be returned by mistake. */
const NOT_COUNTED = { totalCount: Number.NaN, totalCountIsExact: false };

@Resolver()
export class MyTicketsResolver {
  @Query(() => TicketConnection, {
    description:
      "The signed-in user's tickets, newest booking first unless `orderBy` says otherwise. Returns the first 20 without `first` and `last`.",
    complexity: pageCost,
  })
  async myTickets(
    @Arg('first', () => Int, {
      nullable: true,
      description:
        'The page size, 1 to 100, counted from the start of the list or from `after`. Not together with `last`.',
    })
    first: number | null | undefined,
    @Arg('after', () => String, {
      nullable: true,
      description:
        'Return only tickets after this cursor. For the next page, pass `endCursor` with the same `filter` and `orderBy`.',
    })
    after: string | null | undefined,
    @Arg('last', () => Int, {
      nullable: true,
      description:
        'The page size, 1 to 100, counted back from the end of the list or from `before`. Not together with `first`.',
    })
    last: number | null | undefined,
    @Arg('before', () => String, {
      nullable: true,
      description:
        'Return only tickets before this cursor. For the previous page, pass `startCursor` with the same `filter` and `orderBy`.',
    })
    before: string | null | undefined,
    @Arg('filter', () => TicketFilter, {
      nullable: true,
      description: 'Which tickets to return. All by default.',
    })
    filter: TicketFilter | null | undefined,
    @Arg('orderBy', () => TicketOrder, {
      nullable: true,
      description: 'The sort order. Newest booking first by default.',
    })
    orderBy: TicketOrder | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TicketConnection> {
    const list: TicketList = { userId: signedIn(context).id, filter: readFilter(filter), now: context.now };
    const order = orderBy ?? NEWEST_FIRST;
    const { db, replicas, now } = context;
    const asked = selectedFields(info);
    const fields = new Set([
      ...selectedTicketFields(info, 'nodes'),
      ...selectedTicketFields(info, 'edges', 'node'),
    ]);
    const page = readPage({ first, after, last, before });
    const isCounted = asked.has('totalCount') || asked.has('totalCountIsExact');
    const isRead = asked.has('nodes') || asked.has('edges') || asked.has('pageInfo');
    const readPageOf = (from: Database) =>
      listTickets(from, list, { order, page, fields, isCounted, isRead });
    const [{ rows, count, ...ends }, nodes] = await readListOfUser(context, async () => {
      const read = await (replicas ? replicas.read(readPageOf) : readPageOf(db));
      return [read, await readTickets(read.rows, fields, context, now)] as const;
    });
    const name = listName(order, list.filter);
    const cursorTo = (row: TicketRow) => encodeCursor(cursorOf(row, order), name);
    const edges = asked.has('edges')
      ? rows.map((row, index) => ({ cursor: cursorTo(row), node: nodes[index] as Ticket }))
      : [];
    const inPage = selectedFields(info, 'pageInfo');
    const cursorIf = (field: keyof PageInfo, row: TicketRow | undefined) =>
      row && inPage.has(field) ? cursorTo(row) : null;
    const pageInfo = {
      ...ends,
      startCursor: cursorIf('startCursor', rows.at(0)),
      endCursor: cursorIf('endCursor', rows.at(-1)),
    };
    return { nodes, edges, pageInfo, ...(count ?? NOT_COUNTED) };
  }
}
