import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { shows, tickets } from '../db/tables/index.ts';
import { UsherError } from '../errors/usher-error.ts';
import type { TicketCursor } from './ticket-cursor.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import type { TicketRow } from './tickets.loader.ts';

interface SortKey {
  column: SQL;
  /** The key of a row as text, exact. */
  of(row: TicketRow): string;
  /** What a cursor may carry as this key. */
  isKey(text: string): boolean;
  /** The type that PostgreSQL reads the text as. */
  type: SQL;
}

const instant = {
  isKey: isInstant,
  type: sql`timestamptz`,
};

/** What each order sorts by. */
const SORT_KEYS: Record<TicketOrder['field'], SortKey> = {
  BOOKING_TIME: {
    ...instant,
    column: sql`${tickets.bookingTime}`,
    of: (row) => row.ticket.bookingTime.toISOString(),
  },
  SHOW_TIME: { ...instant, column: sql`${shows.startTime}`, of: (row) => row.showStart.toISOString() },
  TOTAL_AMOUNT: {
    column: sql`${tickets.totalAmount}`,
    of: (row) => row.ticket.totalAmount.toString(),
    isKey: (text) => /^\d{1,18}$/.test(text),
    type: sql`bigint`,
  },
};

export const NEWEST_FIRST: TicketOrder = { field: 'BOOKING_TIME', direction: 'DESC' };

export function cursorOf(row: TicketRow, { field }: TicketOrder): TicketCursor {
  return { key: SORT_KEYS[field].of(row), id: row.ticket.id };
}

/** ORDER BY for reading a list from its start, or from its end when reversed. */
export function orderBy({ field, direction }: TicketOrder, reversed: boolean): SQL[] {
  const way = (direction === 'ASC') !== reversed ? sql`asc` : sql`desc`;
  return [sql`${SORT_KEYS[field].column} ${way}`, sql`${tickets.id} ${way}`];
}

/**
 * The tickets that follow a cursor in the list's order, or precede it. A row comparison, so that the index leads
 * straight there however deep the page.
 *
 * @throws UsherError BAD_USER_INPUT when the cursor carries no key of this order
 */
export function beyond(
  cursor: TicketCursor,
  { field, direction }: TicketOrder,
  side: 'after' | 'before',
): SQL {
  const { column, isKey, type } = SORT_KEYS[field];
  if (!isKey(cursor.key))
    throw new UsherError('BAD_USER_INPUT', { message: 'This is not a cursor of myTickets.' });
  const comparison = (direction === 'ASC') === (side === 'after') ? sql`>` : sql`<`;
  return sql`(${column}, ${tickets.id}) ${comparison} (${cursor.key}::${type}, ${cursor.id})`;
}

/** Names a list by its order and filter, for its cursors. */
export function listName({ field, direction }: TicketOrder, filter: TicketFilter): string {
  const parts = [filter.status?.toSorted().join() ?? '', filter.timing ?? ''];
  const digest = createHash('sha256').update(parts.join(' ')).digest('base64url').slice(0, 8);
  return `${field} ${direction} ${digest}`;
}

/** Exactly what a Date prints, and no year that PostgreSQL does not know. */
function isInstant(text: string): boolean {
  const time = /^(?!0000)\d{4}-\d\d-\d\dT[\d:.]{12}Z$/.test(text) ? new Date(text) : null;
  return time !== null && !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
