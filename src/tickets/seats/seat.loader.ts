import DataLoader from 'dataloader';
import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { allOfEach } from '../../platform/db/rows-by-key.ts';
import { statement } from '../../platform/db/statement.ts';
import { ticketSeats } from '../../platform/db/tables/index.ts';
import type { SoldSeat } from './seat.type.ts';

const seatsOfTickets = statement((db) =>
  db
    .select()
    .from(ticketSeats)
    .where(
      and(
        eq(ticketSeats.userId, sql.placeholder('userId')),
        sql`${ticketSeats.ticketId} = any(${sql.placeholder('ticketIds')})`,
      ),
    )
    .prepare('seats_of_tickets'),
);

/** Loads the seats of a user's tickets by ticket id, unordered. */
export function createSeatLoader(db: Database, userId: string) {
  return new DataLoader<string, SoldSeat[]>(async (ticketIds) =>
    allOfEach(ticketIds, await seatsOfTickets(db, { userId, ticketIds }), ({ ticketId }) => ticketId),
  );
}
