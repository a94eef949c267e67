import type postgres from 'postgres';
import { withMigrationLock } from '../migrate.ts';
import { TIMEOUTS } from '../session-settings.ts';
import { type Distribution, planDistribution, type Step } from './plan-distribution.ts';
import { readCluster } from './read-cluster.ts';

/** How long it waits for the migration lock. */
const LOCK_TIMEOUT_MS = 5_000;

/** For the steps in a transaction: Citus changes tables with foreign keys one shard after the other. */
export const SETTINGS = "set local citus.multi_shard_modify_mode = 'sequential'";

/** Plans the distribution of a database without changing it. */
export async function previewDistribution(url: string): Promise<Distribution> {
  return await withMigrationLock(
    url,
    LOCK_TIMEOUT_MS,
    () => {},
    async (client) => planDistribution(await readCluster(client), TIMEOUTS.lock_timeout),
  );
}

/**
 * Distributes the tables and their rows. Idempotent: it does only the steps that are left, so another run completes one
 * that was interrupted.
 *
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
      const { inTransaction, afterwards } = planDistribution(
        await readCluster(client),
        TIMEOUTS.lock_timeout,
      );
      if (inTransaction.length > 0) {
        await client.begin(async (tx) => {
          await tx.unsafe(SETTINGS);
          await runSteps(tx, inTransaction, onProgress);
        });
      }
      await runSteps(client, afterwards, onProgress);
      return inTransaction.length + afterwards.length;
    },
  );
}

async function runSteps(
  client: Pick<postgres.Sql, 'unsafe'>,
  steps: Step[],
  onProgress: (line: string) => void,
): Promise<void> {
  for (const { says, sql } of steps) {
    await client.unsafe(sql);
    onProgress(says);
  }
}
