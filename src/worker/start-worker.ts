import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Logger as QueueLogger, type Runner, run } from 'graphile-worker';
import type { Pool } from 'pg';
import { readClock } from '../platform/db/clock.ts';
import { createClockWatch } from '../platform/telemetry/clock-watch.ts';
import { bringBackQueue } from './bring-back-queue.ts';
import { cleanUpJob } from './clean-up.job.ts';
import { compareRefundJob } from './compare-refund.job.ts';
import { findQueueHosts, openQueuePool, type QueueHosts } from './open-queue-pool.ts';
import { reconcileJob } from './reconcile.job.ts';
import { sendNotificationsJob } from './send-notifications.job.ts';
import { sendRefundJob } from './send-refund.job.ts';
import { SWEEPS } from './sweep.ts';
import type { WorkerServices } from './worker-services.ts';

export interface Worker {
  /** Starts no more jobs and waits at most 15 s for the running ones. Another worker takes over what hangs longer. */
  stop(): Promise<void>;
}

const JOBS = [sendRefundJob, compareRefundJob, sendNotificationsJob];
const SCHEDULED_JOBS = [reconcileJob, cleanUpJob];

const CONCURRENCY = 4;
/** The longest delay of a job that a crash has lost. */
const SWEEP_EVERY_MS = 2_000;
const LOOK_AT_CLOCK_EVERY_MS = 30_000;
/** The pause after the queue has lost its connection. */
const RESTART_AFTER_MS = 2_000;
const STOPS_WITHIN_MS = 15_000;
const POOL_ENDS_WITHIN_MS = 1_000;
/** How long the queue may take to end after it has stopped: longer than the time-out of its statements. */
const QUEUE_ENDS_WITHIN_MS = 10_000;

/** Runs queued jobs, scheduled jobs, and sweeps for jobs that the queue has lost. */
export function startWorker(services: WorkerServices, databaseUrl: string): Worker {
  const stopping = new AbortController();
  const hosts = findQueueHosts(databaseUrl);
  const loops = [
    repeat(stopping.signal, RESTART_AFTER_MS, () => runQueue(services, hosts, stopping.signal)),
    ...SWEEPS.map((sweep) => repeat(stopping.signal, SWEEP_EVERY_MS, () => sweep(services, stopping.signal))),
    repeat(stopping.signal, LOOK_AT_CLOCK_EVERY_MS, lookAtClock(services)),
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

/** Logs when the database's clock has jumped, and brings back what the queue has in the future. */
function lookAtClock({ db, clock, log }: WorkerServices): () => Promise<void> {
  const watch = createClockWatch(log, 'database');
  return async () => {
    watch(await readClock(db, clock));
    const broughtBack = await bringBackQueue(db);
    if (Object.keys(broughtBack).length > 0)
      log.warn(broughtBack, 'the queue had rows in the future: a clock was ahead');
  };
}

/** Runs until it is stopped or the queue loses its connection. */
async function runQueue(services: WorkerServices, hosts: QueueHosts, signal: AbortSignal): Promise<void> {
  const pgPool = openQueuePool(hosts, CONCURRENCY, (error) =>
    services.log.debug({ err: error }, 'the queue lost a connection'),
  );
  try {
    await runQueueOn(pgPool, services, signal);
  } finally {
    // A hanging connection would never end.
    await Promise.race([pgPool.end(), setTimeout(POOL_ENDS_WITHIN_MS)]);
  }
}

async function runQueueOn(pgPool: Pool, services: WorkerServices, signal: AbortSignal): Promise<void> {
  const runner: Runner = await run({
    pgPool,
    concurrency: CONCURRENCY,
    // Marks jobs as done in batches. Without them, a connection lost at that moment is an unhandled rejection, which
    // ends the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    // The process handles signals and stops its parts in order.
    noHandleSignals: true,
    // Cut at the first colon or quote: what follows is the text of an error, which may contain personal data.
    logger: new QueueLogger(
      (scope) => (level, message, meta) =>
        services.log.debug({ level, ...scope, err: meta?.error }, message.split(/[:']/, 1)[0]),
    ),
    taskList: Object.fromEntries(
      [...JOBS, ...SCHEDULED_JOBS].map((job) => [job.name, job.task(services, signal)]),
    ),
    crontab: SCHEDULED_JOBS.map((job) => `${job.schedule} ${job.name}`).join('\n'),
  });
  const stop = () => void runner.stop().catch(() => {});
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  await Promise.race([runner.promise, neverEnds(runner)]).finally(() =>
    signal.removeEventListener('abort', stop),
  );
}

/**
 * Rejects if the queue has stopped but has not ended after ten seconds. This is a bug of graphile-worker: when several
 * jobs could not be marked as done, its count of running jobs falls below zero, and it waits for zero.
 */
async function neverEnds({ events }: Runner): Promise<never> {
  await once(events, 'pool:gracefulShutdown:complete');
  await setTimeout(QUEUE_ENDS_WITHIN_MS, undefined, { ref: false });
  throw new Error('the queue stopped, but did not end');
}
