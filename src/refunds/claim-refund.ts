import { and, eq, sql } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { payments, refunds } from '../platform/db/tables/index.ts';
import { isDue } from './find-refunds.ts';
import type { RefundKey, RefundRow } from './refund-transitions.ts';

/** A refund that this worker alone may work on, until the lease ends. */
export interface RefundClaim {
  refund: RefundRow;
  /** The gateway's id of the payment. */
  transactionId: string;
  /** Whether this generation was sent before: then it is looked up before it is sent again. A further one always is. */
  sentBefore: boolean;
}

/** Longer than the gateway's time-out, shorter than a minute: what a killed worker held is free again by then. */
const LEASE_SECONDS = 45;

/** Takes up a refund that is due and that no other worker holds; null when there is nothing to do. */
export function claimRefund(
  db: Database,
  clock: Clock,
  { userId, refundId }: RefundKey,
): Promise<RefundClaim | null> {
  return inTransaction(db, async (tx) => {
    const [due] = await tx
      .select({ refund: refunds, transactionId: payments.transactionId })
      .from(refunds)
      .innerJoin(payments, and(eq(payments.userId, refunds.userId), eq(payments.id, refunds.paymentId)))
      .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId), isDue(clock)))
      .for('update', { of: refunds, skipLocked: true });
    if (!due?.transactionId) return null;
    const now = await readClock(tx, clock);
    const [refund] = await tx
      .update(refunds)
      .set({
        lease: sql`${refunds.lease} + 1`,
        leaseUntil: new Date(now.getTime() + LEASE_SECONDS * 1_000),
        attempts: sql`${refunds.attempts} + 1`,
        firstSentAt: due.refund.firstSentAt ?? now,
      })
      .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId)))
      .returning();
    if (!refund) return null;
    return { refund, transactionId: due.transactionId, sentBefore: due.refund.firstSentAt !== null };
  });
}
