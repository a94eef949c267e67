import { and, eq, sql } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { isDue, newLease } from '../platform/db/lease.ts';
import { payments, refunds } from '../platform/db/tables/index.ts';
import type { RefundKey, RefundRow } from './refund-transitions.ts';

/** A refund that only this worker may work on, until the lease ends. */
export interface RefundClaim {
  refund: RefundRow;
  /** The gateway's id of the payment. */
  transactionId: string;
  /** The gateway's ids of the ticket's other refunds. */
  others: string[];
}

/** Selects the gateway's ids of a refund's siblings. */
export const otherRefundsOfTicket = sql<string[]>`array(
  select sibling.gateway_refund_id from ${refunds} as sibling
  where sibling.user_id = ${refunds.userId} and sibling.ticket_id = ${refunds.ticketId} and sibling.id <> ${refunds.id}
    and sibling.gateway_refund_id is not null)`;

/** Claims a refund. Returns null if it is not due or another worker holds it. */
export function claimRefund(
  db: Database,
  clock: Clock,
  { userId, refundId }: RefundKey,
): Promise<RefundClaim | null> {
  return inTransaction(db, async (tx) => {
    const [due] = await tx
      .select({ refund: refunds, transactionId: payments.transactionId, others: otherRefundsOfTicket })
      .from(refunds)
      .innerJoin(payments, and(eq(payments.userId, refunds.userId), eq(payments.id, refunds.paymentId)))
      .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId), isDue(refunds, clock)))
      .for('update', { of: refunds, skipLocked: true });
    if (!due?.transactionId) return null;
    const now = await readClock(tx, clock);
    const [refund] = await tx
      .update(refunds)
      .set({ ...newLease(due.refund, now), firstSentAt: due.refund.firstSentAt ?? now })
      .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId)))
      .returning();
    return refund ? { refund, transactionId: due.transactionId, others: due.others } : null;
  });
}
