import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { payments, refunds, ticketEvents, ticketSeats } from '../platform/db/tables/index.ts';

type TableOfTickets = typeof ticketSeats | typeof payments | typeof refunds | typeof ticketEvents;

/** Makes loaders of a table's rows by the id of the viewer's ticket: one statement for a whole page of tickets. */
function loaderOf<Table extends TableOfTickets>(table: Table, name: string) {
  type Row = Table['$inferSelect'];
  const rowsOfTickets = statement((db) =>
    db
      .select()
      .from(table as TableOfTickets)
      .where(
        and(
          eq(table.userId, sql.placeholder('userId')),
          sql`${table.ticketId} = any(${sql.placeholder('ticketIds')})`,
        ),
      )
      .prepare(name),
  );
  return (db: Database, userId: string) =>
    new DataLoader<string, Row[]>(async (ticketIds) => {
      const rows: Row[] = await rowsOfTickets(db, { userId, ticketIds });
      const byTicket = new Map<string, Row[]>(ticketIds.map((id) => [id, []]));
      for (const row of rows) byTicket.get(row.ticketId)?.push(row);
      return ticketIds.map((id) => byTicket.get(id) ?? []);
    });
}

export const createSeatsLoader = loaderOf(ticketSeats, 'seats_of_tickets');
export const createPaymentsLoader = loaderOf(payments, 'payments_of_tickets');
export const createRefundsLoader = loaderOf(refunds, 'refunds_of_tickets');
export const createEventsLoader = loaderOf(ticketEvents, 'events_of_tickets');
