import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';

/**
 * What the queue has in the future after a clock was ahead. Its longest back-off is e^10 seconds, six hours; a lock or
 * the last execution of a schedule is never in the future. Each would wait until the clock reaches it again.
 */
const AHEAD = {
  'jobs that waited': sql`
    update graphile_worker._private_jobs set run_at = clock_timestamp()
    where run_at > clock_timestamp() + interval '7 hours' and locked_at is null`,
  'jobs that were locked': sql`
    update graphile_worker._private_jobs set locked_at = null, locked_by = null
    where locked_at > clock_timestamp() + interval '5 minutes'`,
  'schedules that rested': sql`
    update graphile_worker._private_known_crontabs set last_execution = clock_timestamp()
    where last_execution > clock_timestamp() + interval '5 minutes'`,
};

/**
 * Brings the queue's rows from the future back to now. Two workers may then run a job at the same time; the claims in
 * the rows of refunds and notifications prevent that its work is done twice.
 *
 * @returns how many rows of each kind, if any
 */
export async function bringBackQueue(db: Database): Promise<Record<string, number>> {
  const broughtBack: Record<string, number> = {};
  for (const [what, update] of Object.entries(AHEAD)) {
    const { count } = await db.execute(update);
    if (count > 0) broughtBack[what] = count;
  }
  return broughtBack;
}
