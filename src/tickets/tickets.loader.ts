import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { statement } from '../db/statement.ts';
import { payments, shows, tickets } from '../db/tables/index.ts';
import { seatsOfTicket, type TicketRow, ticketFields, withPolicies } from './ticket-row.ts';

const ticketsById = statement((db) =>
  db
    .select({ ...ticketFields, seats: seatsOfTicket, payment: payments })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(
      and(eq(tickets.userId, sql.placeholder('userId')), sql`${tickets.id} = any(${sql.placeholder('ids')})`),
    )
    .prepare('tickets_by_id'),
);

/** The viewer's tickets by id, with seats and payment; null for a missing ticket and for somebody else's alike. */
export function createTicketsLoader(db: Database, userId: string) {
  return new DataLoader<string, TicketRow | null>(async (ids) => {
    const storable = ids.filter(isTicketId);
    if (storable.length === 0) return ids.map(() => null);
    const rows = await withPolicies(db, await ticketsById(db, { userId, ids: storable }));
    const byId = new Map(rows.map((row) => [row.ticket.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** The database stores no other id; some strings (NUL, lone surrogates) it could not even compare. */
function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
