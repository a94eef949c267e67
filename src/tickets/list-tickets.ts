import { and, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { type Statement, statement } from '../platform/db/statement.ts';
import { shows, tickets } from '../platform/db/tables/index.ts';
import type { Page } from './page-arguments.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { beyond, listName, orderBy, readCursor } from './ticket-order.ts';
import {
  placesOfTicket,
  seatsOfTicket,
  type TicketRow,
  ticketFields,
  usualTicketFields,
  withPolicies,
} from './ticket-row.ts';
import type { TicketTiming } from './ticket-timing.ts';
import { needs } from './to-ticket.ts';

/** A user's tickets, filtered. `timing` is evaluated at `now`. */
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

/**
 * Reads one page with one query. It reads one row more than the page size to know whether more follow.
 *
 * @param fields the selected fields of a ticket: only their columns are read
 * @throws UsherError BAD_USER_INPUT for an invalid cursor
 */
export async function listTickets(
  db: Database,
  list: TicketList,
  order: TicketOrder,
  page: Page,
  fields: ReadonlySet<string>,
): Promise<TicketPage> {
  const placeOf = (cursor: string | null) =>
    cursor === null ? null : readCursor(cursor, listName(order, list.filter), order);
  const [after, before] = [placeOf(page.after), placeOf(page.before)];
  const found = await pageStatement(
    list.filter,
    order,
    page,
    fields,
  )(db, {
    ...valuesOf(list),
    ...(after && { afterKey: after.key, afterId: after.id }),
    ...(before && { beforeKey: before.key, beforeId: before.id }),
    limit: page.size + 1,
  });
  const goesOn = found.length > page.size;
  const rows = await withPolicies(db, found.slice(0, page.size));
  // On the side of its cursor the list always continues: with the ticket of the cursor.
  return page.backward
    ? { rows: rows.reverse(), hasPreviousPage: goesOn, hasNextPage: page.before !== null }
    : { rows, hasNextPage: goesOn, hasPreviousPage: page.after !== null };
}

export async function countTickets(db: Database, list: TicketList): Promise<number> {
  const [counted] = await countStatement(list.filter)(db, valuesOf(list));
  return counted?.count ?? 0;
}

/** The ticket columns to select: all, or those that most fields need. */
const COLUMNS = { every: ticketFields, usual: usualTicketFields };

/** What to select of the seats: everything, their rows and numbers, or nothing. */
const SEATS = {
  sold: { seats: seatsOfTicket },
  places: { places: placesOfTicket },
  none: {},
};

/** Prepared statements, one for each combination of filter, order, page and columns. */
const pageStatements = new Map<string, ReturnType<typeof buildPage>>();
const countStatements = new Map<string, ReturnType<typeof buildCount>>();

function pageStatement(filter: TicketFilter, order: TicketOrder, page: Page, fields: ReadonlySet<string>) {
  const { backward, after, before } = page;
  const columns = needs(fields, 'rareColumns') ? 'every' : 'usual';
  const seats = needs(fields, 'seats') ? 'sold' : needs(fields, 'seatLabels') ? 'places' : 'none';
  const kind = [
    kindOf(filter),
    order.field,
    order.direction,
    backward,
    after !== null,
    before !== null,
    columns,
    seats,
  ].join(' ');
  const known =
    pageStatements.get(kind) ??
    buildPage(filter, order, page, { ...COLUMNS[columns], ...SEATS[seats] }, kind);
  pageStatements.set(kind, known);
  return known;
}

function countStatement(filter: TicketFilter) {
  const kind = kindOf(filter);
  const known = countStatements.get(kind) ?? buildCount(filter, kind);
  countStatements.set(kind, known);
  return known;
}

function kindOf({ status, timing }: TicketFilter): string {
  return `${status != null} ${timing ?? null}`;
}

function buildPage(
  filter: TicketFilter,
  order: TicketOrder,
  page: Page,
  selected: typeof usualTicketFields,
  kind: string,
): Statement<Omit<TicketRow, 'policy'>[]> {
  return statement((db) =>
    db
      .select(selected)
      .from(tickets)
      .innerJoin(shows, eq(shows.id, tickets.showId))
      .where(
        and(
          ...conditions(filter),
          page.after === null ? undefined : beyond(order, 'after'),
          page.before === null ? undefined : beyond(order, 'before'),
        ),
      )
      .orderBy(...orderBy(order, page.backward))
      .limit(sql.placeholder('limit'))
      .prepare(`page_of_tickets ${kind}`),
  );
}

function buildCount(filter: TicketFilter, kind: string) {
  return statement((db) =>
    db
      .select({ count: sql<number>`count(*)::int` })
      .from(tickets)
      .innerJoin(shows, eq(shows.id, tickets.showId))
      .where(and(...conditions(filter)))
      .prepare(`count_of_tickets ${kind}`),
  );
}

/** The conditions of a list. `valuesOf` has the values of their placeholders. */
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
