import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { shows, tickets } from '../platform/db/tables/index.ts';
import { UsherError } from '../platform/errors/usher-error.ts';
import { decodeCursor, type TicketCursor } from './ticket-cursor.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import type { TicketRow } from './ticket-row.ts';

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

/** @throws UsherError BAD_USER_INPUT for what is no cursor of this list, or carries no key of its order */
export function readCursor(cursor: string, list: string, { field }: TicketOrder): TicketCursor {
  const place = decodeCursor(cursor, list);
  if (!SORT_KEYS[field].isKey(place.key))
    throw new UsherError('BAD_USER_INPUT', { message: 'This is not a cursor of myTickets.' });
  return place;
}

/**
 * The tickets that follow a cursor in the list's order, or precede it, with placeholders for its key and id. A row
 * comparison, so that the index leads straight there however deep the page.
 */
export function beyond({ field, direction }: TicketOrder, side: 'after' | 'before'): SQL {
  const { column, type } = SORT_KEYS[field];
  const comparison = (direction === 'ASC') === (side === 'after') ? sql`>` : sql`<`;
  const [key, id] = [sql.placeholder(`${side}Key`), sql.placeholder(`${side}Id`)];
  return sql`(${column}, ${tickets.id}) ${comparison} (${key}::${type}, ${id})`;
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
