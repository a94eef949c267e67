import { z } from 'zod';
import { UsherError } from '../platform/errors/usher-error.ts';

/**
 * A cursor names a place in one ordered, filtered list: the sort key and the id of a ticket. It is not signed:
 * the owner's id stays in every WHERE, so a forged or borrowed one shows nothing but one's own tickets.
 */
export interface TicketCursor {
  /** The sort key as the database prints it into text: an ISO instant or an amount in paise. */
  key: string;
  id: string;
}

const VERSION = 1;
const encoded = z.tuple([
  z.literal(VERSION),
  z.string(),
  z.string(),
  z.string().regex(/^TKT-[A-Za-z0-9-]{1,60}$/),
]);

/** @param list says which list it is a place in: order and filter in a few characters */
export function encodeCursor({ key, id }: TicketCursor, list: string): string {
  return Buffer.from(JSON.stringify([VERSION, list, key, id])).toString('base64url');
}

/** @throws UsherError BAD_USER_INPUT for what is no cursor, or one of another list */
export function decodeCursor(cursor: string, list: string): TicketCursor {
  const parsed = encoded.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success)
    throw new UsherError('BAD_USER_INPUT', { message: 'This is not a cursor of myTickets.' });
  const [, listOfCursor, key, id] = parsed.data;
  if (listOfCursor !== list) {
    const message = 'This cursor belongs to a list with another filter or order. Start again without it.';
    throw new UsherError('BAD_USER_INPUT', { message });
  }
  return { key, id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
