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
  /** Whether another refund of the ticket has the same amount and no gateway's id yet. */
  hasRival: boolean;
}

const siblings = sql`from ${refunds} as sibling
  where sibling.user_id = ${refunds.userId} and sibling.ticket_id = ${refunds.ticketId} and sibling.id <> ${refunds.id}`;

/** The columns of an open refund: its row, its payment, and what a look-up needs to know of the ticket's other refunds. */
export const openRefundFields = {
  refund: refunds,
  transactionId: payments.transactionId,
  others: sql<
    string[]
  >`array(select sibling.gateway_refund_id ${siblings} and sibling.gateway_refund_id is not null)`,
  hasRival: sql<boolean>`exists (select ${siblings} and sibling.gateway_refund_id is null
    and sibling.refund_amount = ${refunds.refundAmount})`,
};

/** Claims a refund. Returns null if it is not due or another worker holds it. */
export function claimRefund(
  db: Database,
  clock: Clock,
  { userId, refundId }: RefundKey,
): Promise<RefundClaim | null> {
  return inTransaction(db, async (tx) => {
    const [due] = await tx
      .select(openRefundFields)
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
    return refund ? { ...due, refund, transactionId: due.transactionId } : null;
  });
}
