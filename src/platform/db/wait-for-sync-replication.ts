import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';

const POLL_INTERVAL_MS = 1_000;

/** Finds a commit that has waited for synchronous standbys longer than a statement may take. */
const WAITING = `
  select from pg_stat_activity
  where usename = current_user and wait_event = 'SyncRep' and query_start < clock_timestamp() - interval '5 s' limit 1`;

/**
 * Resolves when no commit of our role waits for a lost synchronous standby. Only that standby or a change of the
 * primary's settings ends such a wait: no time-out does, and closing the connection does not either. A new connection
 * for every such commit would soon use up max_connections.
 *
 * @param client any client of the same database whose connections still answer
 */
export async function waitForSyncReplication(client: Pick<postgres.Sql, 'unsafe'>): Promise<void> {
  const isWaiting = async () => (await client.unsafe(WAITING)).length > 0;
  // If the server does not answer, no new connection can be opened, so there is nothing to wait for.
  while (await isWaiting().catch(() => false)) await sleep(POLL_INTERVAL_MS, undefined, { ref: false });
}
