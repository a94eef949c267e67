import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { tickets } from '../platform/db/tables/index.ts';
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

const showsOfTickets = statement((db) =>
  db
    .select({ ticketId: tickets.id, showId: tickets.showId })
    .from(tickets)
    .where(
      and(
        eq(tickets.userId, sql.placeholder('userId')),
        sql`${tickets.id} = any(${sql.placeholder('ticketIds')})`,
      ),
    )
    .prepare('shows_of_tickets'),
);

/**
 * Loads the show ids of the viewer's tickets by ticket id; null as above. A cancellation needs only this before it
 * locks the ticket and reads everything.
 */
export function createShowIdLoader(db: Database, userId: string) {
  return new DataLoader<string, string | null>(async (ids) => {
    const ticketIds = ids.filter(isTicketId);
    const found = ticketIds.length > 0 ? await showsOfTickets(db, { userId, ticketIds }) : [];
    return ids.map((id) => found.find(({ ticketId }) => ticketId === id)?.showId ?? null);
  });
}

/** Whether a string can be a ticket id. PostgreSQL rejects some other strings, such as NUL and lone surrogates. */
function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
