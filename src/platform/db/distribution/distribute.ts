import type postgres from 'postgres';
import { withMigrationLock } from '../migrate.ts';
import { TIMEOUTS } from '../session-settings.ts';
import { type Distribution, planDistribution, type Step } from './plan-distribution.ts';
import { readCluster } from './read-cluster.ts';

/** So that what has a table is found out at once, and nobody waits behind us. Milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;

/** Before the steps that are done at once: Citus changes tables that refer to each other one shard after the other. */
export const SETTINGS = "set local citus.multi_shard_modify_mode = 'sequential'";

/** @returns what would have to be done, having done nothing */
export async function previewDistribution(url: string): Promise<Distribution> {
  return await withMigrationLock(
    url,
    LOCK_TIMEOUT_MS,
    () => {},
    async (client) => planDistribution(await readCluster(client), TIMEOUTS.lock_timeout),
  );
}

/**
 * Turns the schema into a distributed one, with the rows that are there. Does what is left to do: a second run after
 * one that was broken off completes it, a third finds nothing.
 *
 * @param onProgress receives a line after each step
 * @returns how many steps there were
 */
export async function distributeDatabase(url: string, onProgress: (line: string) => void): Promise<number> {
  return await withMigrationLock(
    url,
    LOCK_TIMEOUT_MS,
    () => {},
    async (client) => {
      const { atOnce, afterwards } = planDistribution(await readCluster(client), TIMEOUTS.lock_timeout);
      if (atOnce.length > 0) {
        await client.begin(async (tx) => {
          await tx.unsafe(SETTINGS);
          await take(tx, atOnce, onProgress);
        });
      }
      await take(client, afterwards, onProgress);
      return atOnce.length + afterwards.length;
    },
  );
}

async function take(
  client: Pick<postgres.Sql, 'unsafe'>,
  steps: Step[],
  onProgress: (line: string) => void,
): Promise<void> {
  for (const { says, sql } of steps) {
    await client.unsafe(sql);
    onProgress(says);
  }
}
