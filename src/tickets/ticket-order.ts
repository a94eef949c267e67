import { createHash } from 'node:crypto';
import { type SQL, sql } from 'drizzle-orm';
import { z } from 'zod';
import { tickets } from '../platform/db/tables/index.ts';
import { UsherError } from '../platform/errors/usher-error.ts';
import { isOutsideText, OutsideInstant } from '../platform/time/read-instant.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import type { TicketRow } from './ticket-row.ts';

/** The order of a list of tickets, and the cursors into it. */

interface SortKey {
  column: SQL;
  /** Returns the key of a row as text, without loss. */
  of(row: TicketRow): string;
  /** Whether a cursor may contain this text as a key. */
  isKey(text: string): boolean;
  /** The PostgreSQL type that the text is cast to. */
  type: SQL;
}

const instant = {
  isKey: (text: string) => isInstant(text) || isOutsideText(text),
  type: sql`timestamptz`,
};

/** A row may have a time that no Date has: the cursor must be at the row itself, or a client would see it for ever. */
function instantKey(instant: Date): string {
  return instant instanceof OutsideInstant ? instant.text : instant.toISOString();
}

const SORT_KEYS: Record<TicketOrder['field'], SortKey> = {
  BOOKING_TIME: {
    ...instant,
    column: sql`${tickets.bookingTime}`,
    of: (row) => instantKey(row.ticket.bookingTime),
  },
  SHOW_TIME: {
    ...instant,
    // A copy of the show's start: an index has it in order.
    column: sql`${tickets.listedStart}`,
    of: (row) => instantKey(row.listedStart ?? row.ticket.listedStart ?? row.showStart),
  },
  TOTAL_AMOUNT: {
    column: sql`${tickets.totalAmount}`,
    of: (row) => row.ticket.totalAmount.toString(),
    isKey: (text) => /^\d{1,18}$/.test(text),
    type: sql`bigint`,
  },
};

export const NEWEST_FIRST: TicketOrder = { field: 'BOOKING_TIME', direction: 'DESC' };

/** Returns ORDER BY for reading a list from its start, or from its end if `reversed`. */
export function orderBy({ field, direction }: TicketOrder, reversed: boolean): SQL[] {
  const way = (direction === 'ASC') !== reversed ? sql`asc` : sql`desc`;
  return [sql`${SORT_KEYS[field].column} ${way}`, sql`${tickets.id} ${way}`];
}

/**
 * Returns the condition for tickets after or before a cursor, with placeholders for its key and id. It compares rows,
 * so an index finds the place directly, however deep the page.
 */
export function beyond({ field, direction }: TicketOrder, side: 'after' | 'before'): SQL {
  const { column, type } = SORT_KEYS[field];
  const comparison = (direction === 'ASC') === (side === 'after') ? sql`>` : sql`<`;
  const [key, id] = [sql.placeholder(`${side}Key`), sql.placeholder(`${side}Id`)];
  return sql`(${column}, ${tickets.id}) ${comparison} (${key}::${type}, ${id})`;
}

/**
 * A position in one ordered and filtered list. Cursors are not signed: every query is restricted to the user's own
 * tickets, so a forged or borrowed cursor reveals nothing.
 */
export interface TicketCursor {
  /** The sort key as text: an ISO 8601 time or an amount in paise. */
  key: string;
  id: string;
}

const VERSION = 1;
const encodedCursor = z.tuple([
  z.literal(VERSION),
  z.string(),
  z.string(),
  z.string().regex(/^TKT-[A-Za-z0-9-]{1,60}$/),
]);

/** By filter: some dozens, as a filter names each status once. */
const digests = new Map<string, string>();

/** Returns a short name of a list, from its order and filter. A cursor contains it. */
export function listName({ field, direction }: TicketOrder, filter: TicketFilter): string {
  const parts = [filter.status?.toSorted().join() ?? '', filter.timing ?? ''].join(' ');
  const digest = digests.get(parts) ?? createHash('sha256').update(parts).digest('base64url').slice(0, 8);
  digests.set(parts, digest);
  return `${field} ${direction} ${digest}`;
}

export function cursorOf(row: TicketRow, { field }: TicketOrder): TicketCursor {
  return { key: SORT_KEYS[field].of(row), id: row.ticket.id };
}

/** @param list the name of the list, from `listName` */
export function encodeCursor({ key, id }: TicketCursor, list: string): string {
  return Buffer.from(JSON.stringify([VERSION, list, key, id])).toString('base64url');
}

/**
 * Decodes and checks a cursor.
 *
 * @param list the name of the list, from `listName`
 * @throws UsherError BAD_USER_INPUT for a malformed cursor, one of another list, or one with an invalid key
 */
export function readCursor(cursor: string, list: string, { field }: TicketOrder): TicketCursor {
  const parsed = encodedCursor.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) throw notACursor();
  const [, listOfCursor, key, id] = parsed.data;
  if (listOfCursor !== list) {
    const message = 'This cursor belongs to a list with another filter or order. Start again without it.';
    throw new UsherError('BAD_USER_INPUT', { message });
  }
  if (!SORT_KEYS[field].isKey(key)) throw notACursor();
  return { key, id };
}

function notACursor(): UsherError {
  return new UsherError('BAD_USER_INPUT', { message: 'This is not a cursor of myTickets.' });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Accepts exactly the format of Date.toISOString, except the year 0000, which PostgreSQL does not have. */
function isInstant(text: string): boolean {
  const time = /^(?!0000)\d{4}-\d\d-\d\dT[\d:.]{12}Z$/.test(text) ? new Date(text) : null;
  return time !== null && !Number.isNaN(time.getTime()) && time.toISOString() === text;
}
