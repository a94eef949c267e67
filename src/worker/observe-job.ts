import { newTraceId } from '../platform/telemetry/trace.ts';
import type { WorkerServices } from './worker-services.ts';

/** Runs a job with the trace id of the request that queued it, and records its outcome in the metrics and the log. */
export async function observeJob(
  services: WorkerServices,
  { job, traceId = newTraceId() }: { job: string; traceId?: string | undefined },
  work: (services: WorkerServices) => Promise<void>,
): Promise<void> {
  const { jobs, jobSeconds } = services.metrics;
  const log = services.log.child({ traceId, job });
  const startedAt = performance.now();
  let outcome = 'failed';
  try {
    await work({ ...services, log });
    outcome = 'done';
  } finally {
    const milliseconds = performance.now() - startedAt;
    jobs.inc({ job, outcome });
    jobSeconds.observe({ job }, milliseconds / 1_000);
    log.info({ outcome, ms: Math.round(milliseconds) }, 'job');
  }
}
