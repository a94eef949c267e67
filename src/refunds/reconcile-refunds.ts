import { readClock } from '../platform/db/clock.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { sideBySide } from '../platform/jobs/side-by-side.ts';
import { compareRefund } from './compare-refund.ts';
import { findLatePayments, findOpenRefunds } from './find-refunds.ts';
import type { RefundServices } from './send-refund.ts';

export interface Reconciliation {
  /** When the comparison was queued. What it has compared since then, before it was interrupted, is not repeated. */
  queuedAt?: Date | undefined;
  /** Refunds compared side by side. */
  atOnce?: number;
  signal?: AbortSignal | undefined;
}

/** Refunds that one statement finds. */
const PAGE = 500;

/**
 * Compares open refunds with the gateway's books and applies the differences, since webhooks can get lost. Logs late
 * payments, about which a person has to decide. An error of one refund is logged and does not end it.
 *
 * @throws when the signal is aborted: its job runs again, and goes on from there
 */
export async function reconcileRefunds(
  services: RefundServices,
  { queuedAt, atOnce = 1, signal }: Reconciliation = {},
): Promise<void> {
  const { db, clock, log } = services;
  const since = queuedAt ?? (await inTransaction(db, (tx) => readClock(tx, clock)));
  let after = { userId: '', refundId: '' };
  for (;;) {
    const page = await findOpenRefunds(db, clock, { since, after, limit: PAGE });
    await sideBySide(page, { atOnce, signal }, async ({ transactionId, ...open }) => {
      if (!transactionId) return;
      await compareRefund(services, { ...open, transactionId }).catch((error: unknown) =>
        log.error({ err: error, refundId: open.refund.id }, 'a refund could not be compared'),
      );
    });
    if (signal?.aborted) throw new Error('the comparison was interrupted; its job goes on with the rest');
    const last = page.at(-1)?.refund;
    if (!last || page.length < PAGE) break;
    after = { userId: last.userId, refundId: last.id };
  }
  for (const { userId, ticketId } of await findLatePayments(db)) {
    log.warn({ userId, ticketId }, 'a payment arrived after its hold had expired');
  }
}
