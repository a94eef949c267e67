import { and, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { preparedQuery } from '../db/prepared-query.ts';
import { shows, tickets } from '../db/tables/index.ts';
import type { Page } from './page-arguments.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { beyond, listName, orderBy, readCursor } from './ticket-order.ts';
import type { TicketTiming } from './ticket-timing.ts';
import { selectTickets, type TicketRow } from './tickets.loader.ts';

/** A user's tickets, filtered at one time. */
export interface TicketList {
  userId: string;
  filter: TicketFilter;
  now: Date;
}

export interface TicketPage {
  /** In the list's order. */
  rows: TicketRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** Reads one page in one statement, a row more than asked to know whether the list goes on. */
export async function listTickets(
  db: Database,
  list: TicketList,
  order: TicketOrder,
  page: Page,
): Promise<TicketPage> {
  const name = listName(order, list.filter);
  const after = page.after === null ? null : readCursor(page.after, name, order);
  const before = page.before === null ? null : readCursor(page.before, name, order);
  const found = await pageQuery(db, list.filter, order, page).execute({
    ...valuesOf(list),
    ...(after && { afterKey: after.key, afterId: after.id }),
    ...(before && { beforeKey: before.key, beforeId: before.id }),
    limit: page.size + 1,
  });
  const goesOn = found.length > page.size;
  const rows = found.slice(0, page.size);
  // On the side it came from, a cursor's own ticket is there.
  return page.backward
    ? { rows: rows.reverse(), hasPreviousPage: goesOn, hasNextPage: page.before !== null }
    : { rows, hasNextPage: goesOn, hasPreviousPage: page.after !== null };
}

export async function countTickets(db: Database, list: TicketList): Promise<number> {
  const [counted] = await db
    .select({ count: sql<number>`count(*)::int` })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .where(and(...conditions(list.filter)))
    .prepare('count_of_tickets')
    .execute(valuesOf(list));
  return counted?.count ?? 0;
}

/** There are as many statements as there are kinds of pages, whatever is on them. */
const pageQueries = preparedQuery(() => new Map<string, ReturnType<typeof buildPageQuery>>());

function pageQuery(db: Database, filter: TicketFilter, order: TicketOrder, page: Page) {
  const { backward, after, before } = page;
  const kind = [
    order.field,
    order.direction,
    filter.status != null,
    filter.timing,
    backward,
    !!after,
    !!before,
  ];
  const name = `page_of_tickets ${kind.join(' ')}`;
  const built = pageQueries(db).get(name) ?? buildPageQuery(db, filter, order, page, name);
  pageQueries(db).set(name, built);
  return built;
}

function buildPageQuery(db: Database, filter: TicketFilter, order: TicketOrder, page: Page, name: string) {
  return selectTickets(db)
    .where(
      and(
        ...conditions(filter),
        page.after === null ? undefined : beyond(order, 'after'),
        page.before === null ? undefined : beyond(order, 'before'),
      ),
    )
    .orderBy(...orderBy(order, page.backward))
    .limit(sql.placeholder('limit'))
    .prepare(name);
}

/** What a list is restricted to, with placeholders for valuesOf. */
function conditions(filter: TicketFilter): (SQL | undefined)[] {
  return [
    eq(tickets.userId, sql.placeholder('userId')),
    filter.status ? sql`${tickets.status} = any(${sql.placeholder('status')})` : undefined,
    filter.timing ? SHOWS_THAT_ARE[filter.timing] : undefined,
  ];
}

function valuesOf({ userId, filter, now }: TicketList) {
  return { userId, status: filter.status, now: now.toISOString() };
}

const now = sql.placeholder('now');

const SHOWS_THAT_ARE: Record<TicketTiming, SQL | undefined> = {
  UPCOMING: gt(shows.startTime, now),
  ONGOING: and(lte(shows.startTime, now), gt(shows.endTime, now)),
  PAST: lte(shows.endTime, now),
};
