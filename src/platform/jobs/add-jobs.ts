import { sql } from 'drizzle-orm';
import type { Transaction } from '../db/database.ts';
import { sqlStatement } from '../db/statement.ts';
import type { JobName, JobPayload } from './job-payloads.ts';

/** A job that is to be queued. */
export type NewJob = { [Name in JobName]: { name: Name; payload: JobPayload<Name> } }[JobName];

/** One call for all of them: graphile-worker looks at its tables five times in each, however many jobs it is given. */
const queueJobs = sqlStatement(
  'queue_jobs',
  sql`
    select from graphile_worker.add_jobs(array(
      select job from json_populate_recordset(null::graphile_worker.job_spec, ${sql.placeholder('jobs')}::text::json) as job))`,
);

/** Queues jobs that become visible to workers with the transaction's commit, or never. */
export async function addJobs(tx: Transaction, jobs: readonly NewJob[]): Promise<void> {
  const specs = jobs.map(({ name, payload }) => ({ identifier: name, payload }));
  await queueJobs(tx, { jobs: JSON.stringify(specs) });
}
