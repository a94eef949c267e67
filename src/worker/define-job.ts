import type { Task } from 'graphile-worker';
import { JOB_PAYLOADS, type JobName, type JobPayload } from '../platform/jobs/job-payloads.ts';
import { observeJob } from './observe-job.ts';
import type { WorkerServices } from './worker-services.ts';

export interface Job {
  name: string;
  /**
   * The queue's task: checks the payload, then runs the job.
   *
   * @param signal aborted when the worker stops
   */
  task(services: WorkerServices, signal: AbortSignal): Task;
}

/** What a scheduled job knows of its run. */
export interface ScheduledRun {
  /** When it was queued. The same if it runs again after a failure. */
  queuedAt: Date;
  /** Aborted when the worker stops. A job that then throws runs again elsewhere. */
  signal: AbortSignal;
}

/** A job is a name, a checked payload and a function. */
export function defineJob<Name extends JobName>(
  name: Name,
  run: (services: WorkerServices, payload: JobPayload<Name>) => Promise<void>,
): Job {
  return {
    name,
    task: (services) => async (given) => {
      const payload = JOB_PAYLOADS[name].parse(given) as JobPayload<Name>;
      await observeJob(services, { job: name, traceId: payload.traceId }, (observed) =>
        run(observed, payload),
      );
    },
  };
}

/**
 * A job without a payload that runs on a schedule.
 *
 * @param schedule a crontab expression, in UTC
 */
export function defineScheduledJob(
  name: string,
  schedule: string,
  run: (services: WorkerServices, scheduled: ScheduledRun) => Promise<void>,
): Job & { schedule: string } {
  return {
    name,
    schedule,
    task:
      (services, signal) =>
      (_payload, { job }) =>
        observeJob(services, { job: name }, (observed) =>
          run(observed, { queuedAt: new Date(job.created_at), signal }),
        ),
  };
}
