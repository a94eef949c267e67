import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';

const ASK_EVERY_MS = 1_000;

/** A commit that waits for standbys longer than we wait for an answer. */
const WAITING = `
  select from pg_stat_activity
  where usename = current_user and wait_event = 'SyncRep' and query_start < clock_timestamp() - interval '5 s' limit 1`;

/**
 * Resolves when no commit of our role waits any more for a synchronous standby that is gone. Nothing but that standby,
 * or a change of the primary's settings, ends such a wait: no time-out, and not the end of the connection. So whoever
 * opened another connection for the next commit would soon have used all that the server has.
 *
 * @param client of which nothing else is known than that it answers
 */
export async function waitForSyncReplication(client: Pick<postgres.Sql, 'unsafe'>): Promise<void> {
  const isWaiting = async () => (await client.unsafe(WAITING)).length > 0;
  // A server that does not answer has no place for more connections either.
  while (await isWaiting().catch(() => false)) await sleep(ASK_EVERY_MS, undefined, { ref: false });
}
