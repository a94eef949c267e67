import { findDueRefunds } from '../refunds/find-refunds.ts';
import { sendRefund } from '../refunds/send-refund.ts';
import { workThrough } from './work-through.ts';
import type { WorkerServices } from './worker-services.ts';

/** Refunds that one statement finds. */
const BATCH = 500;

/**
 * Sends refunds that are due, because their job was lost or never ran. Goes on while there are more: a backlog is sent as
 * fast as the gateway allows. A refund is tried once in a sweep, so rows that stay due do not keep it going.
 */
export async function sweepRefunds(services: WorkerServices, signal?: AbortSignal): Promise<void> {
  const { db, clock, gatewayCallsAtOnce: atOnce } = services;
  const tried = new Set<string>();
  let stillDue = 0;
  while (!signal?.aborted) {
    const limit = BATCH + stillDue;
    const due = await findDueRefunds(db, clock, limit);
    const next = due.filter(({ refundId }) => !tried.has(refundId));
    stillDue = due.length - next.length;
    for (const { refundId } of next) tried.add(refundId);
    await workThrough(services, next, { atOnce, signal }, sendRefund);
    if (due.length < limit) return;
  }
}
