import { and, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { shows, tickets } from '../db/tables/index.ts';
import type { Page } from './page-arguments.ts';
import { decodeCursor } from './ticket-cursor.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { beyond, listName, orderBy } from './ticket-order.ts';
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
  const found = await selectTickets(db)
    .where(
      and(
        ...conditions(list),
        page.after === null ? undefined : beyond(decodeCursor(page.after, name), order, 'after'),
        page.before === null ? undefined : beyond(decodeCursor(page.before, name), order, 'before'),
      ),
    )
    .orderBy(...orderBy(order, page.backward))
    .limit(page.size + 1);
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
    .where(and(...conditions(list)));
  return counted?.count ?? 0;
}

function conditions({ userId, filter, now }: TicketList): (SQL | undefined)[] {
  return [
    eq(tickets.userId, userId),
    filter.status ? sql`${tickets.status} = any(${sql.param(filter.status)})` : undefined,
    filter.timing ? SHOWS_THAT_ARE[filter.timing](now) : undefined,
  ];
}

const SHOWS_THAT_ARE: Record<TicketTiming, (now: Date) => SQL | undefined> = {
  UPCOMING: (now) => gt(shows.startTime, now),
  ONGOING: (now) => and(lte(shows.startTime, now), gt(shows.endTime, now)),
  PAST: (now) => lte(shows.endTime, now),
};
