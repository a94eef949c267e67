import { findDueNotifications } from '../notifications/find-due-notifications.ts';
import { sendNotification } from '../notifications/send-notification.ts';
import { newTraceId } from '../platform/telemetry/trace.ts';
import { findDueRefunds } from '../refunds/find-refunds.ts';
import { sendRefund } from '../refunds/send-refund.ts';
import { expireHold, findExpiredHolds } from '../tickets/expire-hold.ts';
import type { WorkerServices } from './worker-services.ts';

/**
 * Sweeps take up what is due by our own rows: what a job that was lost or never ran has left. Several workers may sweep
 * at once, as each item is claimed before it is worked on. Each kind has a sweep of its own, so that a mail server that
 * hangs delays no refund.
 */
export const SWEEPS: readonly ((services: WorkerServices) => Promise<void>)[] = [
  sweepHolds,
  sweepRefunds,
  sweepNotifications,
];

/** How many one sweep takes up; the rest waits for the next. */
const BATCH = 100;
const AT_ONCE = 5;

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

/** A few at once, so that a provider that hangs holds up few; one that cannot be finished keeps no other waiting. */
async function forEach<Item>(
  services: WorkerServices,
  items: Item[],
  work: (services: WorkerServices, item: Item) => Promise<void>,
) {
  for (let first = 0; first < items.length; first += AT_ONCE) {
    const finish = (item: Item) => {
      const log = services.log.child({ traceId: newTraceId() });
      return work({ ...services, log }, item).catch((error: unknown) =>
        log.error({ err: error }, 'a sweep could not finish an item'),
      );
    };
    await Promise.all(items.slice(first, first + AT_ONCE).map(finish));
  }
}
