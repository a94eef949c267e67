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

/** The key of an advisory lock. Any number that no other program uses in the same database. */
const DEMO_LOCK = 7_308_002;

/**
 * Loads the demo data, or tops it up to `now` without changing what users did. Instances that start at the same time do
 * it one after the other.
 *
 * @param tell receives a line for the terminal
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
    // The first load takes longer than the statement timeout of requests.
    await tx.execute(sql`set local statement_timeout = '60s'`);
    await waitForLock(tx);
    const planned = daysAround(now, 7, 7).flatMap(showsOf);
    await loadCatalogue(tx);
    await loadShows(tx, planned);
    await loadTickets(tx, planned, now);
    await topUp(tx, now);
  });
}

const POLL_EVERY_MS = 200;

/** Polls for the lock: a connection that waits silently would be closed as dead. */
async function waitForLock(tx: Transaction): Promise<void> {
  for (;;) {
    const [row] = await tx.execute<{ taken: boolean }>(
      sql`select pg_try_advisory_xact_lock(${DEMO_LOCK}) as taken`,
    );
    if (row?.taken) return;
    await sleep(POLL_EVERY_MS);
  }
}
