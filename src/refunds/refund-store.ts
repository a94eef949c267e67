import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { JobQueue } from '../platform/jobs/job-queue.ts';

/** What code that changes refunds needs: the database, the time, and a queue for the jobs that follow. */
export interface RefundStore {
  db: Database;
  clock: Clock;
  jobs: JobQueue;
}
