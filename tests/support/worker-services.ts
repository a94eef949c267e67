import { pino } from 'pino';
import { systemClock } from '../../src/platform/db/clock.ts';
import { createMetrics } from '../../src/platform/telemetry/metrics.ts';
import type { WorkerServices } from '../../src/worker/worker-services.ts';
import type { TestApi } from './test-api.ts';

/** The services of a worker beside a test API: silent, with the system clock, and without messages unless given. */
export function workerServices(
  api: TestApi,
  given: Pick<WorkerServices, 'gateway'> & Partial<WorkerServices>,
): WorkerServices {
  return {
    db: api.database.db,
    clock: systemClock,
    jobs: api.jobs,
    log: pino({ level: 'silent' }),
    metrics: createMetrics(),
    gatewayCallsAtOnce: 5,
    mailer: mailerOf(async () => {}),
    sms: null,
    ...given,
  };
}

/** A mailer that only calls a function. */
export function mailerOf(send: WorkerServices['mailer']['send']): WorkerServices['mailer'] {
  return { from: 'tickets@usher.example', send, close: () => {} };
}
