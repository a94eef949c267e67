import { setTimeout as sleep } from 'node:timers/promises';
import { eq, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { inTransaction } from '../../platform/db/in-transaction.ts';
import { users } from '../../platform/db/tables/index.ts';
import { daysAround } from '../../platform/time/india-time.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { loadShows } from './load-shows.ts';
import { loadTickets } from './load-tickets.ts';
import { showsOf } from './schedule.ts';
import { topUp } from './top-up.ts';
import { DEMO_USER } from './users.ts';

export { DEMO_USER } from './users.ts';

/** Any number that no other program locks in the same database. */
const DEMO_LOCK = 7_308_002;

/**
 * Loads the demo data, or tops it up to `now`; what users did stays. Instances that start at once take turns.
 *
 * @param tell receives a line that says which of the two it is
 */
export async function loadDemoData(
  db: Database,
  now: Date,
  tell: (line: string) => void = () => {},
): Promise<void> {
  const isLoaded =
    (await db.select({ id: users.id }).from(users).where(eq(users.id, DEMO_USER.id))).length > 0;
  tell(isLoaded ? 'Topping up the demo data ...' : 'Loading the demo data ...');
  await inTransaction(db, async (tx) => {
    // A first load takes longer than a request may.
    await tx.execute(sql`set local statement_timeout = '60s'`);
    await takeTurn(tx);
    const planned = daysAround(now, 7, 7).flatMap(showsOf);
    await loadCatalogue(tx);
    await loadShows(tx, planned);
    await loadTickets(tx, planned, now);
    await topUp(tx, now);
  });
}

const ASKS_EVERY_MS = 200;

/** Asks again and again: a connection that is silent while it waits is taken for a dead one. */
async function takeTurn(tx: Transaction): Promise<void> {
  for (;;) {
    const [row] = await tx.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${DEMO_LOCK}) as taken`,
    );
    if (row?.taken) return;
    await sleep(ASKS_EVERY_MS);
  }
}
