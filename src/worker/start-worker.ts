import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Logger as QueueLogger, type Runner, run } from 'graphile-worker';
import type { Pool } from 'pg';
import { cleanUpJob } from './clean-up.job.ts';
import { findQueueHosts, openQueuePool, type QueueHosts } from './open-queue-pool.ts';
import { reconcileJob } from './reconcile.job.ts';
import { sendNotificationsJob } from './send-notifications.job.ts';
import { sendRefundJob } from './send-refund.job.ts';
import { SWEEPS } from './sweep.ts';
import type { WorkerServices } from './worker-services.ts';

export interface Worker {
  /** Takes up nothing more and waits for what is under way, at most 15 s: what hangs longer, another one takes up. */
  stop(): Promise<void>;
}

const JOBS = [sendRefundJob, sendNotificationsJob];
const SCHEDULED_JOBS = [reconcileJob, cleanUpJob];

const CONCURRENCY = 4;
/** A job that a crash has lost is done so much later. */
const SWEEP_EVERY_MS = 2_000;
/** After the queue's connection was lost. */
const RESTART_AFTER_MS = 2_000;
const STOPS_WITHIN_MS = 15_000;
const POOL_ENDS_WITHIN_MS = 1_000;
/** The queue once it has stopped: longer than a statement of its own may take. */
const ENDS_WITHIN_MS = 10_000;

/** Runs jobs as they are queued, scheduled jobs by the clock, and a sweep for what the queue has lost. */
export function startWorker(services: WorkerServices, databaseUrl: string): Worker {
  const stopping = new AbortController();
  const hosts = findQueueHosts(databaseUrl);
  const loops = [
    repeat(stopping.signal, RESTART_AFTER_MS, () => runQueue(services, hosts, stopping.signal)),
    ...SWEEPS.map((sweep) => repeat(stopping.signal, SWEEP_EVERY_MS, () => sweep(services))),
  ];

  async function repeat(signal: AbortSignal, pauseMs: number, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await work().catch((error: unknown) => services.log.warn({ err: error }, 'the worker was interrupted'));
      await setTimeout(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  return {
    stop: async () => {
      stopping.abort();
      await Promise.race([Promise.all(loops), setTimeout(STOPS_WITHIN_MS, undefined, { ref: false })]);
    },
  };
}

/** Until it is stopped or its connection is lost. */
async function runQueue(services: WorkerServices, hosts: QueueHosts, signal: AbortSignal): Promise<void> {
  const pgPool = openQueuePool(hosts, CONCURRENCY, (error) =>
    services.log.debug({ err: error }, 'the queue lost a connection'),
  );
  try {
    await runQueueOn(pgPool, services, signal);
  } finally {
    // One that hangs would never end.
    await Promise.race([pgPool.end(), setTimeout(POOL_ENDS_WITHIN_MS)]);
  }
}

async function runQueueOn(pgPool: Pool, services: WorkerServices, signal: AbortSignal): Promise<void> {
  const runner: Runner = await run({
    pgPool,
    concurrency: CONCURRENCY,
    // Only in batches does the queue handle that its connection is lost while it marks a job as done; otherwise that
    // is an unhandled rejection, which ends the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    // The process hears the signals and stops its parts in order.
    noHandleSignals: true,
    // From the first colon or quote on, a message is what somebody threw, with whatever values are in it.
    logger: new QueueLogger(
      (scope) => (level, message, meta) =>
        services.log.debug({ level, ...scope, err: meta?.error }, message.split(/[:']/, 1)[0]),
    ),
    taskList: Object.fromEntries([...JOBS, ...SCHEDULED_JOBS].map((job) => [job.name, job.task(services)])),
    crontab: SCHEDULED_JOBS.map((job) => `${job.schedule} ${job.name}`).join('\n'),
  });
  const stop = () => void runner.stop().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await Promise.race([runner.promise, stopsInVain(runner)]).finally(() =>
    signal.removeEventListener('abort', stop),
  );
}

/**
 * When several jobs could not be marked as done, the queue says that its stop is complete and does not end: it waits for
 * a count of what is left, which it has taken below zero.
 */
async function stopsInVain({ events }: Runner): Promise<never> {
  await once(events, 'pool:gracefulShutdown:complete');
  await setTimeout(ENDS_WITHIN_MS, undefined, { ref: false });
  throw new Error('the queue stopped, but did not end');
}
