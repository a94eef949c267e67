import { readClock } from '../platform/db/clock.ts';
import type { Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { webhookEvents } from '../platform/db/tables/index.ts';
import type { NewJob } from '../platform/jobs/job-queue.ts';
import { findContradiction, findOtherOwner } from './find-contradiction.ts';
import type { GatewayEvent } from './gateway/gateway.ts';
import { lockRefundOfStep, readTransactionId } from './lock-refund.ts';
import { applyDecision } from './record-gateway-reply.ts';
import { decideRefund } from './refund-decision.ts';
import type { RefundStore } from './refund-store.ts';
import type { RefundRow } from './refund-transitions.ts';

/**
 * `applied` now, `repeated`: applied by an earlier delivery, `kept` for operators since it contradicts what we know, or
 * `unexpected`: about no refund of ours or another generation.
 */
export type WebhookOutcome = 'applied' | 'repeated' | 'kept' | 'unexpected';

interface Applied {
  outcome: WebhookOutcome;
  newJobs: NewJob[];
}

/** Applies an event at most once. A repeated or unexpected one changes nothing. */
export async function applyWebhook(
  { db, clock, jobs }: RefundStore,
  event: GatewayEvent,
): Promise<WebhookOutcome> {
  const { userId, ticketId, step, refundId } = event;
  const { outcome, newJobs } = await inTransaction<Applied>(db, async (tx) => {
    // By its ticket and step: after a restored backup, the gateway may know it by another refund id.
    const refund = await lockRefundOfStep(tx, { userId, ticketId, step });
    if (refund?.generation !== event.generation) return { outcome: 'unexpected', newJobs: [] };
    const trouble = await findTrouble(tx, refund, event);
    // Requested by the database as it was before a backup was restored. Only the gateway's books can tell.
    const isForgotten = refundId !== refund.id && event.refund.id !== refund.gatewayRefundId;
    if (isForgotten && trouble === null) return { outcome: 'unexpected', newJobs: [compareJob(refund)] };
    const now = await readClock(tx, clock);
    const { id, type, generation } = event;
    const happenedAt = believableTime(event.happenedAt, refund, now);
    const stored = await tx
      .insert(webhookEvents)
      .values({ userId, id, refundId, type, happenedAt, receivedAt: now, trouble })
      .onConflictDoNothing()
      .returning({ id: webhookEvents.id });
    if (stored.length === 0) return { outcome: 'repeated', newJobs: [] };
    if (trouble !== null) return { outcome: 'kept', newJobs: [] };
    const reply = { kind: 'reported', refund: event.refund, generation, happenedAt } as const;
    const newJobs = await applyDecision(tx, refund, decideRefund(refund, reply, now), now);
    return { outcome: 'applied', newJobs: [...newJobs, ...jobsToCompare(refund, event)] };
  });
  jobs.add(newJobs);
  return outcome;
}

async function findTrouble(tx: Transaction, refund: RefundRow, event: GatewayEvent): Promise<string | null> {
  const { id } = event.refund;
  const contradiction = findContradiction(refund, await readTransactionId(tx, refund), event);
  if (contradiction) return contradiction;
  const other = await findOtherOwner(tx, id, refund);
  return other && `${id} is that of ${other}`;
}

/** How far the gateway's clock may be ahead of ours. */
const MOST_AHEAD_MS = 5 * 60_000;

/** Bounds a time that the gateway reports: a wrong year would outlive all later events, or be shown to the user. */
function believableTime(time: Date, { requestedAt }: RefundRow, now: Date): Date {
  if (time < requestedAt) return requestedAt;
  return time.getTime() > now.getTime() + MOST_AHEAD_MS ? now : time;
}

/** An event never reopens a FAILED refund, but it is a reason to read the gateway's books. */
function jobsToCompare(refund: RefundRow, event: GatewayEvent): NewJob[] {
  return refund.status === 'FAILED' && event.refund.status !== 'failed' ? [compareJob(refund)] : [];
}

function compareJob({ userId, id: refundId }: RefundRow): NewJob {
  return { name: 'compare-refund', payload: { userId, refundId } };
}
