import type { Task } from 'graphile-worker';
import { JOB_PAYLOADS, type JobName, type JobPayload } from '../jobs/job-payloads.ts';
import type { WorkerServices } from './worker-services.ts';

export interface Job {
  name: string;
  /** The queue's task: checks the payload, then runs the job. */
  task(services: WorkerServices): Task;
}

/** A job is a name, a checked payload and a function. */
export function defineJob<Name extends JobName>(
  name: Name,
  run: (services: WorkerServices, payload: JobPayload<Name>) => Promise<void>,
): Job {
  return {
    name,
    task: (services) => async (payload) =>
      run(services, JOB_PAYLOADS[name].parse(payload) as JobPayload<Name>),
  };
}

/** A job that runs by the clock, in UTC, and is told nothing. */
export function defineScheduledJob(
  name: string,
  schedule: string,
  run: (services: WorkerServices) => Promise<void>,
): Job & { schedule: string } {
  return { name, schedule, task: (services) => () => run(services) };
}
