import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import type { payments, refunds, ticketEvents, ticketSeats } from '../db/tables/index.ts';

type TableOfTickets = typeof ticketSeats | typeof payments | typeof refunds | typeof ticketEvents;

/** A table's rows by the id of the viewer's ticket: one statement for a whole page of tickets. */
export function createTicketRowsLoader<Table extends TableOfTickets>(
  db: Database,
  userId: string,
  table: Table,
) {
  type Row = Table['$inferSelect'];
  return new DataLoader<string, Row[]>(async (ticketIds) => {
    const rows: Row[] = await db
      .select()
      .from(table as TableOfTickets)
      .where(and(eq(table.userId, userId), sql`${table.ticketId} = any(${sql.param(ticketIds)})`));
    const byTicket = new Map<string, Row[]>(ticketIds.map((id) => [id, []]));
    for (const row of rows) byTicket.get(row.ticketId)?.push(row);
    return ticketIds.map((id) => byTicket.get(id) ?? []);
  });
}
