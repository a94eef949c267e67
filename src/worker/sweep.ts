import { findDueNotifications } from '../notifications/find-due-notifications.ts';
import { sendNotification } from '../notifications/send-notification.ts';
import { expireHold, findExpiredHolds } from '../tickets/expire-hold.ts';
import { sweepRefunds } from './sweep-refunds.ts';
import { workThrough } from './work-through.ts';
import type { WorkerServices } from './worker-services.ts';

/** Works on the rows of one kind that are due. Begins no further row once the signal is aborted. */
export type Sweep = (services: WorkerServices, signal?: AbortSignal) => Promise<void>;

/**
 * Sweeps work on rows that are due, because their job was lost or never ran. Several workers can sweep concurrently, as
 * each item is claimed first. There is one sweep for each kind of work, so a hanging mail server delays no refund.
 */
export const SWEEPS: readonly Sweep[] = [sweepHolds, sweepRefunds, sweepNotifications];

/** Items in one sweep. */
const BATCH = 100;
/** Items that a sweep works on concurrently. */
const CONCURRENCY = 5;

async function sweepHolds(services: WorkerServices, signal?: AbortSignal): Promise<void> {
  const { db, clock } = services;
  const holds = await findExpiredHolds(db, clock, BATCH);
  await workThrough(services, holds, { atOnce: CONCURRENCY, signal }, (_, hold) =>
    expireHold(db, clock, hold),
  );
}

async function sweepNotifications(services: WorkerServices, signal?: AbortSignal): Promise<void> {
  const due = await findDueNotifications(services.db, services.clock, BATCH);
  await workThrough(services, due, { atOnce: CONCURRENCY, signal }, sendNotification);
}
