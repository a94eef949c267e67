import { sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { inTransaction } from '../../platform/db/in-transaction.ts';
import { loadHalls } from './load-halls.ts';
import { loadShows, type ShowRange } from './load-shows.ts';
import { DESK, loadUsers } from './load-users.ts';
import { planTickets } from './plan-tickets.ts';
import { seedSize, TICKETS_PER_SHOW } from './seed-size.ts';
import { writePlannedTickets } from './write-planned-tickets.ts';

/** The database already contains seeded tickets. */
export class AlreadySeededError extends Error {}

/** Shows per transaction: 20,000 tickets. */
const SHOWS_PER_BATCH = 400;
/** Batches written in parallel. */
export const WRITERS = 2;

/**
 * Adds many tickets to a migrated database. Each batch is a consistent transaction, so an interrupted seed leaves fewer
 * tickets, never wrong ones.
 *
 * @param tell receives the number of tickets written so far, after each batch
 * @throws AlreadySeededError
 */
export async function seedTickets(
  db: Database,
  tickets: number,
  now: Date,
  tell: (written: number) => void,
): Promise<void> {
  const size = seedSize(tickets);
  await inTransaction(db, async (tx) => {
    const seeded = await tx.execute(sql`select from users where id = ${DESK}`);
    if (seeded.length > 0)
      throw new AlreadySeededError('This database was seeded before. Empty it first: npm run db:reset');
    await loadHalls(tx, size);
    await loadUsers(tx, size);
  });

  const batches: ShowRange[] = [];
  for (let first = 0; first < size.shows; first += SHOWS_PER_BATCH)
    batches.push({ first, end: Math.min(first + SHOWS_PER_BATCH, size.shows) });
  let written = 0;
  const writeBatches = async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const range = batch;
      // In a separate transaction: on Citus, writing the catalogue locks out all other writers until the commit.
      await inTransaction(db, (tx) => loadShows(tx, size, range, now));
      await inTransaction(db, async (tx) => {
        await planTickets(tx, size, range, now);
        await writePlannedTickets(tx, range);
      });
      written += Math.min(range.end * TICKETS_PER_SHOW, tickets) - range.first * TICKETS_PER_SHOW;
      tell(written);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writeBatches));
  await inTransaction(db, async (tx) => {
    await tx.execute(sql`analyze`);
  });
}
