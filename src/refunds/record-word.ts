import { and, eq, gt } from 'drizzle-orm';
import { addNotifications } from '../notifications/add-notifications.ts';
import type { Clock } from '../platform/db/clock.ts';
import { readClock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { refunds } from '../platform/db/tables/index.ts';
import { addJobs } from '../platform/jobs/add-jobs.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import type { RefundClaim } from './claim-refund.ts';
import { decideRefund, type RefundDecision, type Word } from './refund-decision.ts';
import type { RefundRow } from './refund-transitions.ts';

/**
 * Writes down what the gateway said to the holder of a claim. False when that came too late and changed nothing: the
 * claim has ended and somebody else may have taken the refund up since, or the claim was of an earlier generation, about
 * which the gateway is asked again before the current one is sent.
 */
export function recordWord(
  db: Database,
  clock: Clock,
  { refund: claimed }: RefundClaim,
  word: Word,
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await lockTicket(tx, claimed);
    const [refund] = await tx
      .select()
      .from(refunds)
      .where(
        and(
          eq(refunds.userId, claimed.userId),
          eq(refunds.id, claimed.id),
          eq(refunds.lease, claimed.lease),
          gt(refunds.leaseUntil, clock.inTransaction),
        ),
      )
      .for('update');
    if (!refund) return false;
    const now = await readClock(tx, clock);
    const inTime = refund.generation === claimed.generation;
    const { changes, event } = inTime ? decideRefund(refund, word, now) : { changes: {}, event: null };
    await applyDecision(tx, refund, { changes: { ...changes, leaseUntil: null }, event }, now);
    return inTime;
  });
}

/** Writes a decision with all that goes with it: the timeline, the messages, the job that sends them. */
export async function applyDecision(
  tx: Transaction,
  { userId, id, ticketId }: RefundRow,
  { changes, event }: RefundDecision,
  now: Date,
): Promise<void> {
  if (Object.keys(changes).length > 0) {
    await tx
      .update(refunds)
      .set(changes)
      .where(and(eq(refunds.userId, userId), eq(refunds.id, id)));
  }
  if (event === null) return;
  await addTicketEvent(tx, { userId, ticketId, type: event, actor: 'GATEWAY', at: now });
  await addNotifications(tx, { userId, id: ticketId }, event, now);
  await addJobs(tx, [{ name: 'send-notifications', payload: { userId, ticketId, event } }]);
}
