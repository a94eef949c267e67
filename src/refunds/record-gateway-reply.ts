import { and, eq } from 'drizzle-orm';
import { addNotifications } from '../notifications/add-notifications.ts';
import { subjectOf } from '../notifications/notification-key.ts';
import { readClock } from '../platform/db/clock.ts';
import type { Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { refunds } from '../platform/db/tables/index.ts';
import type { NewJob } from '../platform/jobs/job-queue.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import type { RefundClaim } from './claim-refund.ts';
import { factsOfRefund } from './facts-of-refund.ts';
import { findOtherOwner } from './find-contradiction.ts';
import { lockRefund } from './lock-refund.ts';
import { decideRefund, type GatewayReply, type RefundDecision } from './refund-decision.ts';
import type { RefundStore } from './refund-store.ts';
import type { RefundRow } from './refund-transitions.ts';

/**
 * Records the gateway's reply and ends the claim.
 *
 * @returns false if the reply came too late and changed nothing: the lease has ended, so another worker may hold the
 *   refund, or the refund has a new generation. Before that one is sent, the gateway is queried for the earlier ones.
 */
export async function recordGatewayReply(
  { db, clock, jobs }: RefundStore,
  { refund: claimed }: RefundClaim,
  reply: GatewayReply,
): Promise<boolean> {
  const { inTime, newJobs } = await inTransaction(db, async (tx) => {
    const refund = await lockRefund(tx, claimed);
    const now = await readClock(tx, clock);
    const isHeld = refund?.lease === claimed.lease && refund.leaseUntil !== null && refund.leaseUntil > now;
    if (!isHeld) return { inTime: false, newJobs: [] };
    const inTime = refund.generation === claimed.generation;
    const believed = await refuseTaken(tx, refund, reply);
    const { changes, event } = inTime ? decideRefund(refund, believed, now) : { changes: {}, event: null };
    const decision = { changes: { ...changes, leaseUntil: null }, event };
    return { inTime, newJobs: await applyDecision(tx, refund, decision, now) };
  });
  jobs.add(newJobs);
  return inTime;
}

/** A gateway's refund that belongs to another refund of ours already is no answer to this one. */
export async function refuseTaken(
  tx: Transaction,
  refund: RefundRow,
  reply: GatewayReply,
): Promise<GatewayReply> {
  if (reply.kind !== 'reported') return reply;
  const owner = await findOtherOwner(tx, reply.refund.id, refund);
  return owner ? { kind: 'unknown', detail: `${reply.refund.id} is that of ${owner}` } : reply;
}

/**
 * Writes a decision, its timeline event and its notifications.
 *
 * @returns the jobs to queue after the commit
 */
export async function applyDecision(
  tx: Transaction,
  { userId, id, ticketId, step }: RefundRow,
  { changes, event }: RefundDecision,
  now: Date,
  actor: 'GATEWAY' | 'OPERATOR' = 'GATEWAY',
): Promise<NewJob[]> {
  if (Object.keys(changes).length > 0) {
    await tx
      .update(refunds)
      .set(changes)
      .where(and(eq(refunds.userId, userId), eq(refunds.id, id)));
  }
  if (event === null) return [];
  const refund = { userId, ticketId, refundId: id, step };
  const facts = await factsOfRefund(tx, { userId, ticketId, id });
  await addTicketEvent(tx, { userId, ticketId, type: event, actor, at: now, facts });
  await addNotifications(tx, refund, event, now);
  return [{ name: 'send-notifications', payload: { ...subjectOf(refund), event } }];
}
