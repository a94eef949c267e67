import { readClock } from '../platform/db/clock.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { findLatePayments, findOpenRefunds } from './find-refunds.ts';
import { lockRefund } from './lock-refund.ts';
import { applyDecision } from './record-gateway-reply.ts';
import { decideRefund } from './refund-decision.ts';
import { type RefundServices, refundRequestOf } from './send-refund.ts';

/**
 * Compares open refunds with the gateway's books and applies the differences, since webhooks can get lost. Logs what
 * needs a person: refunds that the gateway does not have or made twice, and late payments.
 */
export async function reconcileRefunds({ db, clock, jobs, gateway, log }: RefundServices): Promise<void> {
  for (const { refund: open, transactionId } of await findOpenRefunds(db, clock)) {
    if (!transactionId) continue;
    const result = await gateway.findRefund(refundRequestOf({ refund: open, transactionId }));
    if (result.kind !== 'found') {
      log.warn({ refundId: open.id, result: result.kind }, 'the gateway did not return this refund');
      continue;
    }
    const { refund: known, generation, others } = result;
    if (others.length > 0) {
      const { ticketId, id: refundId } = open;
      log.error(
        { ticketId, refundId, gatewayRefundId: known.id, others },
        'a refund was made more than once',
      );
    }
    const newJobs = await inTransaction(db, async (tx) => {
      const refund = await lockRefund(tx, open);
      if (refund?.generation !== open.generation) return [];
      const now = await readClock(tx, clock);
      const reply = { kind: 'reported', refund: known, generation, happenedAt: null } as const;
      const { changes, event } = decideRefund(refund, reply, now);
      const madeTwice = others.length > 0 ? { lastError: `also made as ${others.join(', ')}` } : {};
      return applyDecision(tx, refund, { changes: { ...changes, ...madeTwice }, event }, now);
    });
    jobs.add(newJobs);
  }
  for (const { userId, ticketId } of await findLatePayments(db)) {
    log.warn({ userId, ticketId }, 'a payment arrived after its hold had expired');
  }
}
