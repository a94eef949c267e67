import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import type { JobName, JobPayload } from './job-payloads.ts';

/** Queues a job that becomes visible to workers with the transaction's commit, or never. */
export async function addJob<Name extends JobName>(
  tx: Transaction,
  name: Name,
  payload: JobPayload<Name>,
): Promise<void> {
  await tx.execute(sql`select graphile_worker.add_job(${name}, payload := ${JSON.stringify(payload)}::json)`);
}
