import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { pipelineAndCommit } from '../db/pipeline.ts';
import { sqlStatement } from '../db/statement.ts';
import type { JobName, JobPayload } from './job-payloads.ts';

/** A job to queue. */
export type NewJob = { [Name in JobName]: { name: Name; payload: JobPayload<Name> } }[JobName];

/**
 * Queues jobs after the commit of what they are about. The rows that were committed are the truth, and sweeps read them:
 * a job that is lost is done some seconds later.
 */
export interface JobQueue {
  /** Queues jobs in the background. Call it after the commit, never inside a transaction. Never throws. */
  add(jobs: readonly NewJob[]): void;
  /** Resolves when every job added so far is queued, or has failed to be; after two seconds at the latest. */
  flush(): Promise<void>;
}

/** Milliseconds in which further jobs join a call. */
const GATHER_MS = 25;
/** More jobs than this wait for the next call. */
const MOST_PER_CALL = 1_000;
/** Beyond that the oldest are left to the sweeps: the database does not take them. */
const MOST_WAITING = 10_000;
const FLUSHES_WITHIN_MS = 2_000;

/**
 * One statement for all jobs: it costs the database little more than for one. It notifies the workers, and commits that
 * notify run one after another in the whole database, so this one does not wait for the disk.
 */
const addJobs = sqlStatement(
  'add_jobs',
  sql`
    select set_config('synchronous_commit', 'off', true) from graphile_worker.add_jobs(array(
      select job from json_populate_recordset(null::graphile_worker.job_spec, ${sql.placeholder('jobs')}::text::json) as job))`,
);

/** Makes the queue of a process: one call at a time, for all jobs that were added meanwhile. */
export function createJobQueue(db: Database, log: Logger): JobQueue {
  let waiting: NewJob[] = [];
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      await sleep(GATHER_MS);
      const jobs = waiting.slice(0, MOST_PER_CALL);
      waiting = waiting.slice(MOST_PER_CALL);
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
