import { findDueNotifications } from '../notifications/find-due-notifications.ts';
import { sendNotification } from '../notifications/send-notification.ts';
import { newTraceId } from '../platform/telemetry/trace.ts';
import { findDueRefunds } from '../refunds/find-refunds.ts';
import { sendRefund } from '../refunds/send-refund.ts';
import { expireHold, findExpiredHolds } from '../tickets/expire-hold.ts';
import { copyShowTimes, fillMissingCopies, findShowsToCopy } from '../tickets/shows/copy-show-times.ts';
import type { WorkerServices } from './worker-services.ts';

/**
 * Sweeps work on rows that are due, because their job was lost or never ran. Several workers can sweep concurrently, as
 * each item is claimed first. There is one sweep for each kind of work, so a hanging mail server delays no refund.
 */
export const SWEEPS: readonly ((services: WorkerServices) => Promise<void>)[] = [
  sweepHolds,
  sweepRefunds,
  sweepNotifications,
  sweepShows,
];

/** Items in one sweep. */
const BATCH = 100;
/** Items that a sweep works on concurrently. */
const CONCURRENCY = 5;

async function sweepHolds(services: WorkerServices): Promise<void> {
  const { db, clock } = services;
  await forEach(services, await findExpiredHolds(db, clock, BATCH), (_, hold) => expireHold(db, clock, hold));
}

async function sweepRefunds(services: WorkerServices): Promise<void> {
  const due = await findDueRefunds(services.db, services.clock, BATCH);
  await forEach(services, due, sendRefund);
}

async function sweepNotifications(services: WorkerServices): Promise<void> {
  const due = await findDueNotifications(services.db, services.clock, BATCH);
  await forEach(services, due, sendNotification);
}

async function sweepShows(services: WorkerServices): Promise<void> {
  const { db } = services;
  await fillMissingCopies(db);
  await forEach(services, await findShowsToCopy(db, BATCH), (_, showId) => copyShowTimes(db, showId));
}

/** Works on a few items concurrently, so that a hanging provider delays few others. Logs errors and goes on. */
async function forEach<Item>(
  services: WorkerServices,
  items: Item[],
  work: (services: WorkerServices, item: Item) => Promise<void>,
) {
  for (let first = 0; first < items.length; first += CONCURRENCY) {
    const finish = (item: Item) => {
      const log = services.log.child({ traceId: newTraceId() });
      return work({ ...services, log }, item).catch((error: unknown) =>
        log.error({ err: error }, 'a sweep failed on an item'),
      );
    };
    await Promise.all(items.slice(first, first + CONCURRENCY).map(finish));
  }
}
