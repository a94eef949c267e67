import DataLoader from 'dataloader';
import type { TicketReader } from './ticket-reader.ts';
import type { TicketRow } from './ticket-row.ts';

/**
 * The viewer's tickets by id; null for a missing ticket and for somebody else's alike. All that a request asks for together
 * comes together, so that what went wrong is told in the order in which it was asked.
 */
export function createTicketsLoader(reader: TicketReader, userId: string) {
  return new DataLoader<string, TicketRow | null>((ids) =>
    Promise.all(ids.map((id) => (isTicketId(id) ? reader.load({ userId, ticketId: id }) : null))),
  );
}

/** The database stores no other id; some strings (NUL, lone surrogates) it could not even compare. */
export function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
