import DataLoader from 'dataloader';
import type { TicketReader } from './ticket-reader.ts';
import type { TicketRow } from './ticket-row.ts';

/**
 * Loads the viewer's tickets by id; null for a missing ticket and for a ticket of another user. The tickets of one
 * batch resolve together, so that errors have the order of the fields in the operation.
 */
export function createTicketsLoader(reader: TicketReader, userId: string) {
  return new DataLoader<string, TicketRow | null>((ids) =>
    Promise.all(ids.map((id) => (isTicketId(id) ? reader.load({ userId, ticketId: id }) : null))),
  );
}

/** Whether a string can be a ticket id. PostgreSQL rejects some other strings, such as NUL and lone surrogates. */
function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
