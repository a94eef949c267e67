import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { allOfEach } from '../platform/db/rows-by-key.ts';
import { type Statement, statement } from '../platform/db/statement.ts';
import { payments, refunds, ticketEvents } from '../platform/db/tables/index.ts';

type TableOfTickets = typeof payments | typeof refunds | typeof ticketEvents;

/** Returns a factory of loaders for a table's rows by ticket id, restricted to one user. Rows are unordered. */
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
  ) as Statement<Row[]>;
  return (db: Database, userId: string) =>
    new DataLoader<string, Row[]>(async (ticketIds) =>
      allOfEach(ticketIds, await rowsOfTickets(db, { userId, ticketIds }), ({ ticketId }) => ticketId),
    );
}

export const createPaymentLoader = loaderOf(payments, 'payments_of_tickets');
export const createRefundLoader = loaderOf(refunds, 'refunds_of_tickets');
export const createEventLoader = loaderOf(ticketEvents, 'events_of_tickets');
