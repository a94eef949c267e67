import type { Database } from '../platform/db/database.ts';
import { countTickets, type TicketCount, toTicketCount } from './count-tickets.ts';
import { type TicketList, valuesOf } from './list-conditions.ts';
import { type PageKind, pageStatement } from './page-statement.ts';
import { listName, readCursor } from './ticket-order.ts';
import { type TicketRow, withPolicies } from './ticket-row.ts';
import { needs } from './to-ticket.ts';

export interface TicketPage {
  /** In the list's order. */
  rows: TicketRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  /** Null unless selected. */
  count: TicketCount | null;
}

/** What a page has that is not read. */
const NOTHING = { rows: [], hasNextPage: false, hasPreviousPage: false };

interface ListKind extends Omit<PageKind, 'filter'> {
  /** Whether more is selected than the count. */
  isRead: boolean;
}

/**
 * Reads one page, with its count, by one query. It reads one row more than the page size to know whether more follow.
 * If only the count is selected, it only counts.
 *
 * @throws UsherError BAD_USER_INPUT for an invalid cursor
 */
export async function listTickets(db: Database, list: TicketList, kind: ListKind): Promise<TicketPage> {
  const { order, page, isCounted, isRead } = kind;
  const placeOf = (cursor: string | null) =>
    cursor === null ? null : readCursor(cursor, listName(order, list.filter), order);
  const [after, before] = [placeOf(page.after), placeOf(page.before)];
  if (!isRead) return { ...NOTHING, count: isCounted ? await countTickets(db, list) : null };
  const found = await pageStatement({ ...kind, filter: list.filter })(db, {
    ...valuesOf(list),
    ...(after && { afterKey: after.key, afterId: after.id }),
    ...(before && { beforeKey: before.key, beforeId: before.id }),
    limit: page.size + 1,
  });
  const [first] = found;
  const count = isCounted ? await countOfPage(db, list, first?.counted, after ?? before) : null;
  const goesOn = found.length > page.size;
  const listed = found.slice(0, page.size);
  // No other field reads the policy.
  const rows = needs(kind.fields, 'policy') ? await withPolicies(db, listed) : (listed as TicketRow[]);
  // On the side of its cursor the list always continues: with the ticket of the cursor.
  return page.backward
    ? { rows: rows.reverse(), hasPreviousPage: goesOn, hasNextPage: page.before !== null, count }
    : { rows, hasNextPage: goesOn, hasPreviousPage: page.after !== null, count };
}

/** An empty page has no row with the count. Without a cursor its list is empty. */
function countOfPage(
  db: Database,
  list: TicketList,
  counted: number | undefined,
  cursor: object | null,
): TicketCount | Promise<TicketCount> {
  if (counted !== undefined) return toTicketCount(counted);
  return cursor ? countTickets(db, list) : toTicketCount(0);
}
