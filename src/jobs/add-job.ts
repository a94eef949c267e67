import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { sqlStatement } from '../db/statement.ts';
import type { JobName, JobPayload } from './job-payloads.ts';

const queueJob = sqlStatement(
  'queue_job',
  sql`select graphile_worker.add_job(${sql.placeholder('name')}, payload := ${sql.placeholder('payload')}::text::json)`,
);

/** Queues a job that becomes visible to workers with the transaction's commit, or never. */
export async function addJob<Name extends JobName>(
  tx: Transaction,
  name: Name,
  payload: JobPayload<Name>,
): Promise<void> {
  await queueJob(tx, { name, payload: JSON.stringify(payload) });
}
