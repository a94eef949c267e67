import { and, eq } from 'drizzle-orm';
import { readClock } from '../platform/db/clock.ts';
import type { Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { payments, refunds } from '../platform/db/tables/index.ts';
import { openRefundFields, type RefundClaim } from './claim-refund.ts';
import type { FindRefundResult } from './gateway/gateway.ts';
import { lockRefund } from './lock-refund.ts';
import { applyDecision, refuseTaken } from './record-gateway-reply.ts';
import { decideRefund, type RefundDecision } from './refund-decision.ts';
import type { RefundRow } from './refund-transitions.ts';
import { type RefundServices, refundRequestOf } from './send-refund.ts';

/**
 * Compares a refund with the gateway's books and applies the difference. A row that changed meanwhile stays as it is.
 * Logs what needs a person: a refund that the gateway does not have or made twice.
 */
export async function compareRefund(services: RefundServices, open: RefundClaim): Promise<void> {
  const { db, clock, jobs, gateway, log } = services;
  const { ticketId, id: refundId, status } = open.refund;
  const result = await gateway.findRefund(refundRequestOf(open));
  if (result.kind === 'unknown' || (result.kind === 'none' && status !== 'FAILED'))
    log.warn({ refundId, result: result.kind }, 'the gateway did not return this refund');
  if (result.kind === 'found' && result.others.length > 0) {
    const { refund, others } = result;
    log.error({ ticketId, refundId, gatewayRefundId: refund.id, others }, 'a refund was made more than once');
  }
  const newJobs = await inTransaction(db, async (tx) => {
    const refund = await lockRefund(tx, open.refund);
    if (!refund || !isUnchanged(refund, open.refund)) return [];
    const now = await readClock(tx, clock);
    const { changes, event } = await decide(tx, refund, result, now);
    const compared = result.kind === 'unknown' ? {} : { comparedAt: now };
    return applyDecision(tx, refund, { changes: { ...changes, ...compared }, event }, now);
  });
  jobs.add(newJobs);
}

/** Compares one refund by its id. Does nothing if it was never sent. */
export async function compareRefundById(
  services: RefundServices,
  { userId, refundId }: { userId: string; refundId: string },
): Promise<void> {
  const [open] = await services.db
    .select(openRefundFields)
    .from(refunds)
    .innerJoin(payments, and(eq(payments.userId, refunds.userId), eq(payments.id, refunds.paymentId)))
    .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId)));
  if (!open?.refund.firstSentAt || !open.transactionId) return;
  await compareRefund(services, { ...open, transactionId: open.transactionId });
}

/** Whether the books were read about the row as it is. */
function isUnchanged(now: RefundRow, then: RefundRow): boolean {
  return (
    now.status === then.status &&
    now.generation === then.generation &&
    now.lease === then.lease &&
    now.gatewayRefundId === then.gatewayRefundId &&
    now.gatewayUpdatedAt?.getTime() === then.gatewayUpdatedAt?.getTime()
  );
}

async function decide(
  tx: Transaction,
  refund: RefundRow,
  result: FindRefundResult,
  now: Date,
): Promise<RefundDecision> {
  switch (result.kind) {
    case 'unknown':
      return { changes: {}, event: null };
    case 'none':
      return refund.status === 'PROCESSED' && refund.settledAt === null
        ? { changes: { lastError: 'the gateway does not have this refund' }, event: null }
        : { changes: {}, event: null };
    case 'found':
      return decideFound(tx, refund, result, now);
  }
}

async function decideFound(
  tx: Transaction,
  refund: RefundRow,
  { refund: known, generation, others }: Extract<FindRefundResult, { kind: 'found' }>,
  now: Date,
): Promise<RefundDecision> {
  if (refund.settledAt !== null && refund.gatewayRefundId !== known.id) {
    const lastError = `settled by hand, and also made as ${known.id}`;
    return { changes: known.status === 'failed' ? {} : { lastError }, event: null };
  }
  const report = { kind: 'reported', refund: known, generation, happenedAt: null, fromBooks: true } as const;
  const believed = await refuseTaken(tx, refund, report);
  const { changes, event } = decideRefund(refund, believed, now);
  if (others.length > 0)
    return { changes: { ...changes, lastError: `also made as ${others.join(', ')}` }, event };
  const isFound = refund.status === 'PROCESSED' && believed.kind === 'reported';
  return { changes: isFound ? { lastError: null, ...changes } : changes, event };
}
