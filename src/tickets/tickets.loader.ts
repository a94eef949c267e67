import DataLoader from 'dataloader';
import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { type Builder, statement } from '../db/statement.ts';
import { payments, shows, tickets } from '../db/tables/index.ts';
import { seatsOfTicket, type TicketRow, ticketFields, withPolicies } from './ticket-row.ts';

/**
 * Most requests are about one ticket. For a list of ids, however short, PostgreSQL plans as for ten: it reads all tickets of the
 * user instead, or makes a plan anew at every call.
 */
const ticketById = statement((db) =>
  selectTickets(db, eq(tickets.id, sql.placeholder('id'))).prepare('ticket_by_id'),
);

const ticketsById = statement((db) =>
  selectTickets(db, sql`${tickets.id} = any(${sql.placeholder('ids')})`).prepare('tickets_by_id'),
);

function selectTickets(db: Builder, which: SQL) {
  return db
    .select({ ...ticketFields, seats: seatsOfTicket, payment: payments })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(and(eq(tickets.userId, sql.placeholder('userId')), which));
}

/** The viewer's tickets by id, with seats and payment; null for a missing ticket and for somebody else's alike. */
export function createTicketsLoader(db: Database, userId: string) {
  return new DataLoader<string, TicketRow | null>(async (ids) => {
    const storable = ids.filter(isTicketId);
    if (storable.length === 0) return ids.map(() => null);
    const [id] = storable;
    const found =
      storable.length === 1
        ? await ticketById(db, { userId, id })
        : await ticketsById(db, { userId, ids: storable });
    const rows = await withPolicies(db, found);
    const byId = new Map(rows.map((row) => [row.ticket.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** The database stores no other id; some strings (NUL, lone surrogates) it could not even compare. */
export function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
