import { findDueNotifications } from '../notifications/find-due-notifications.ts';
import type { NotificationKey } from '../notifications/notification-key.ts';
import { sendNotification } from '../notifications/send-notification.ts';
import { notificationChannel } from '../platform/db/tables/index.ts';
import { expireHold, findExpiredHolds } from '../tickets/expire-hold.ts';
import { copyShowTimes, fillMissingCopies, findShowsToCopy } from '../tickets/shows/copy-show-times.ts';
import { sweepRefunds } from './sweep-refunds.ts';
import { workThrough } from './work-through.ts';
import type { WorkerServices } from './worker-services.ts';

/** Works on the rows of one kind that are due. Begins no further row once the signal is aborted. */
export type Sweep = (services: WorkerServices, signal?: AbortSignal) => Promise<void>;

/**
 * Sweeps work on rows that are due, because their job was lost or never ran. Several workers can sweep concurrently, as
 * each item is claimed first. There is one sweep for each kind of work, so a hanging mail server delays no refund and no
 * SMS.
 */
export const SWEEPS: readonly Sweep[] = [
  sweepHolds,
  sweepRefunds,
  ...notificationChannel.enumValues.map(sweepNotificationsOf),
  sweepShows,
];

/** Items in one sweep. */
const BATCH = 100;
/** Batches of holds in one sweep. */
const MOST_BATCHES = 100;
/** Items that a sweep works on concurrently. */
const CONCURRENCY = 5;

async function sweepHolds(services: WorkerServices, signal?: AbortSignal): Promise<void> {
  const { db, clock } = services;
  let left = 0;
  // Holds that others have locked must not hide those behind them.
  for (let batch = 0; batch < MOST_BATCHES && !signal?.aborted; batch += 1) {
    const holds = await findExpiredHolds(db, clock, BATCH, left);
    left += holds.length;
    await workThrough(services, holds, { atOnce: CONCURRENCY, signal }, async (_, hold) => {
      if (await expireHold(db, clock, hold)) left -= 1;
    });
    if (holds.length < BATCH) return;
  }
}

function sweepNotificationsOf(channel: NotificationKey['channel']): Sweep {
  return async (services, signal) => {
    const due = await findDueNotifications(services.db, services.clock, BATCH, channel);
    await workThrough(services, due, { atOnce: CONCURRENCY, signal }, sendNotification);
  };
}

async function sweepShows(services: WorkerServices, signal?: AbortSignal): Promise<void> {
  const { db } = services;
  await fillMissingCopies(db);
  const moved = await findShowsToCopy(db, BATCH);
  await workThrough(services, moved, { atOnce: CONCURRENCY, signal }, (_, showId) =>
    copyShowTimes(db, showId),
  );
}
