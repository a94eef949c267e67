import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { preparedQuery } from '../db/prepared-query.ts';
import { cancellationPolicies, shows, tickets } from '../db/tables/index.ts';

/** A ticket with what its derived fields need: its show's times and its policy. */
export type TicketRow = Awaited<ReturnType<typeof selectTickets>>[number];

/** What every read of tickets selects. */
export const ticketFields = {
  ticket: tickets,
  showStart: shows.startTime,
  showEnd: shows.endTime,
  policy: cancellationPolicies,
};

/** The statement that every read of tickets begins with. */
export function selectTickets(db: Database) {
  return db
    .select(ticketFields)
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId));
}

const ticketsById = preparedQuery((db) =>
  selectTickets(db)
    .where(
      and(eq(tickets.userId, sql.placeholder('userId')), sql`${tickets.id} = any(${sql.placeholder('ids')})`),
    )
    .prepare('tickets_by_id'),
);

/** The viewer's tickets by id; null for a missing ticket and for somebody else's alike. */
export function createTicketsLoader(db: Database, userId: string) {
  return new DataLoader<string, TicketRow | null>(async (ids) => {
    const storable = ids.filter(isTicketId);
    if (storable.length === 0) return ids.map(() => null);
    const rows = await ticketsById(db).execute({ userId, ids: storable });
    const byId = new Map(rows.map((row) => [row.ticket.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  });
}

/** The database stores no other id; some strings (NUL, lone surrogates) it could not even compare. */
function isTicketId(id: string): boolean {
  return /^TKT-[A-Za-z0-9-]{1,60}$/.test(id);
}
