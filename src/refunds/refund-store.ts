import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import type { JobQueue } from '../platform/jobs/job-queue.ts';

/** Where refunds are kept, and where the jobs about them are queued. */
export interface RefundStore {
  db: Database;
  clock: Clock;
  jobs: JobQueue;
}
