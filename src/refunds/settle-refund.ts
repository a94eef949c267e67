import { and, eq, ne } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { refunds } from '../platform/db/tables/index.ts';
import { findOtherOwner } from './find-contradiction.ts';
import { lockRefund } from './lock-refund.ts';
import { applyDecision } from './record-gateway-reply.ts';
import type { RefundRow } from './refund-transitions.ts';

export type SettleOutcome = 'settled' | 'final' | 'underWay' | 'taken' | 'unknown';

/**
 * Records for an operator that the money of a refund was returned by hand. The user is told. A refund that was settled by
 * a bank's reference can be given the gateway's id later: then a look-up takes that for no other refund of the ticket.
 *
 * @param reference the bank's reference; or the gateway's id, rfnd_..., of a refund made in its dashboard
 * @returns `final` if it is paid already, `underWay` while a worker asks the gateway for it, `taken` if the gateway's id
 *   belongs to another refund, `unknown` if there is no such refund
 */
export async function settleRefund(
  db: Database,
  clock: Clock,
  refundId: string,
  reference: string,
): Promise<SettleOutcome> {
  // The operator knows only the refund's id. Its user and ticket are needed to lock it.
  const [found] = await db
    .select({ userId: refunds.userId, ticketId: refunds.ticketId })
    .from(refunds)
    .where(eq(refunds.id, refundId));
  if (!found) return 'unknown';
  return inTransaction(db, async (tx) => {
    const refund = await lockRefund(tx, { ...found, id: refundId });
    if (!refund) return 'unknown';
    const isOfGateway = reference.startsWith('rfnd_');
    if (await isTaken(tx, reference, refund)) return 'taken';
    if (isOfGateway && refund.settledAt !== null && refund.gatewayRefundId === null) {
      await applyDecision(
        tx,
        refund,
        { changes: { gatewayRefundId: reference }, event: null },
        refund.settledAt,
      );
      return 'settled';
    }
    if (refund.status !== 'FAILED' && refund.status !== 'PROCESSING') return 'final';
    const now = await readClock(tx, clock);
    if (refund.leaseUntil !== null && refund.leaseUntil > now) return 'underWay';
    const changes: Partial<RefundRow> = {
      status: 'PROCESSED',
      processedAt: now,
      settledAt: now,
      gatewayRefundId: isOfGateway ? reference : null,
      bankReference: isOfGateway ? null : reference,
      gatewayUpdatedAt: null,
      nextAttemptAt: null,
      leaseUntil: null,
      lastError: null,
      failureReason: null,
    };
    // A sweep sends the notifications.
    await applyDecision(tx, refund, { changes, event: 'REFUND_PROCESSED' }, now, 'OPERATOR');
    return 'settled';
  });
}

/** Whether the money is that of another refund: the gateway's id of any, or the bank's reference of the same ticket. */
async function isTaken(tx: Transaction, reference: string, refund: RefundRow): Promise<boolean> {
  if (reference.startsWith('rfnd_')) return (await findOtherOwner(tx, reference, refund)) !== null;
  const { userId, ticketId, id } = refund;
  const ofTicket = and(eq(refunds.userId, userId), eq(refunds.ticketId, ticketId), ne(refunds.id, id));
  return (await tx.$count(refunds, and(ofTicket, eq(refunds.bankReference, reference)))) > 0;
}
