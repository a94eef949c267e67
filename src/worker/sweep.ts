import { findDueNotifications } from '../notifications/find-due-notifications.ts';
import type { NotificationKey } from '../notifications/notification-key.ts';
import { sendNotification } from '../notifications/send-notification.ts';
import { notificationChannel } from '../platform/db/tables/index.ts';
import { newTraceId } from '../platform/telemetry/trace.ts';
import { findDueRefunds } from '../refunds/find-refunds.ts';
import { sendRefund } from '../refunds/send-refund.ts';
import { expireHold, findExpiredHolds } from '../tickets/expire-hold.ts';
import { copyShowTimes, fillMissingCopies, findShowsToCopy } from '../tickets/shows/copy-show-times.ts';
import type { WorkerServices } from './worker-services.ts';

/**
 * Sweeps work on rows that are due, because their job was lost or never ran. Several workers can sweep concurrently, as
 * each item is claimed first. There is one sweep for each kind of work, so a hanging mail server delays no refund and no
 * SMS.
 */
export const SWEEPS: readonly ((services: WorkerServices) => Promise<void>)[] = [
  sweepHolds,
  sweepRefunds,
  ...notificationChannel.enumValues.map(
    (channel) => (services: WorkerServices) => sweepNotifications(services, channel),
  ),
  sweepShows,
];

/** Items in one sweep. */
const BATCH = 100;
/** Batches of holds in one sweep. */
const MOST_BATCHES = 100;
/** Items that a sweep works on concurrently. */
const CONCURRENCY = 5;

async function sweepHolds(services: WorkerServices): Promise<void> {
  const { db, clock } = services;
  let left = 0;
  // Holds that others have locked must not hide those behind them.
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const holds = await findExpiredHolds(db, clock, BATCH, left);
    left += holds.length;
    await forEach(services, holds, async (_, hold) => {
      if (await expireHold(db, clock, hold)) left -= 1;
    });
    if (holds.length < BATCH) return;
  }
}

async function sweepRefunds(services: WorkerServices): Promise<void> {
  const due = await findDueRefunds(services.db, services.clock, BATCH);
  await forEach(services, due, sendRefund);
}

async function sweepNotifications(
  services: WorkerServices,
  channel: NotificationKey['channel'],
): Promise<void> {
  const due = await findDueNotifications(services.db, services.clock, BATCH, channel);
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
