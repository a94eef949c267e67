import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { pipelineAndCommit } from '../db/pipeline.ts';
import { sqlStatement } from '../db/statement.ts';
import type { JobName, JobPayload } from './job-payloads.ts';

export type NewJob = { [Name in JobName]: { name: Name; payload: JobPayload<Name> } }[JobName];

/**
 * Queues jobs after the commit of the rows that they work on. Those rows are the source of truth: if a job is lost, a
 * sweep finds its row seconds later.
 */
export interface JobQueue {
  /** Queues jobs in the background. Call it after the commit, never inside a transaction. Never throws. */
  add(jobs: readonly NewJob[]): void;
  /** Resolves when every job added so far is queued or has failed, after two seconds at the latest. */
  flush(): Promise<void>;
}

/** How long a call waits for further jobs. Milliseconds. */
const BATCH_DELAY_MS = 25;
/** Jobs in one call. */
const BATCH_SIZE = 1_000;
/** Beyond that the oldest are left to the sweeps: the database does not take them. */
const MOST_WAITING = 10_000;
const FLUSHES_WITHIN_MS = 2_000;

/**
 * Adds all jobs in one statement, which costs little more than one job. It uses NOTIFY, and PostgreSQL serializes
 * commits that do, so this commit does not wait for the disk.
 */
const addJobs = sqlStatement(
  'add_jobs',
  sql`
    select set_config('synchronous_commit', 'off', true) from graphile_worker.add_jobs(array(
      select job from json_populate_recordset(null::graphile_worker.job_spec, ${sql.placeholder('jobs')}::text::json) as job))`,
);

/** Creates the queue of a process. It makes one call at a time, with all jobs that were added meanwhile. */
export function createJobQueue(db: Database, log: Logger): JobQueue {
  let waiting: NewJob[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await sleep(BATCH_DELAY_MS);
      const jobs = waiting.slice(0, BATCH_SIZE);
      waiting = waiting.slice(BATCH_SIZE);
      const specs = jobs.map(({ name, payload }) => ({ identifier: name, payload }));
      // On a connection for transactions: reads must not queue behind it.
      await inTransaction(db, (tx) =>
        pipelineAndCommit(tx, [addJobs(tx, { jobs: JSON.stringify(specs) })]),
      ).catch((error: unknown) =>
        log.warn({ err: error, jobs: jobs.length }, 'jobs could not be queued; sweeps do their work'),
      );
    }
    running = null;
  }

  return {
    add: (jobs) => {
      waiting.push(...jobs);
      if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING);
      if (waiting.length > 0) running ??= run();
    },
    flush: async () => {
      await Promise.race([running, sleep(FLUSHES_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}
