import { and, eq } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { refunds } from '../platform/db/tables/index.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import { factsOfRefund } from './facts-of-refund.ts';
import { lockRefund } from './lock-refund.ts';
import { newGeneration } from './refund-decision.ts';

export type RetryOutcome = 'askedAnew' | 'broughtForward' | 'final' | 'unknown';

/**
 * Retries a stuck refund for an operator. A FAILED refund gets a new generation and thus a new key; one in process
 * keeps its key and is only due now. The next sweep of a worker takes it up seconds later.
 *
 * @returns `final` if there is nothing to retry, `unknown` if there is no such refund
 */
export async function retryRefund(db: Database, clock: Clock, refundId: string): Promise<RetryOutcome> {
  // The operator knows only the refund's id. Its user and ticket are needed to lock it.
  const [found] = await db
    .select({ userId: refunds.userId, ticketId: refunds.ticketId })
    .from(refunds)
    .where(eq(refunds.id, refundId));
  if (!found) return 'unknown';
  const { userId, ticketId } = found;
  return inTransaction(db, async (tx) => {
    const refund = await lockRefund(tx, { userId, ticketId, id: refundId });
    if (refund?.status !== 'FAILED' && refund?.status !== 'PROCESSING') return 'final';
    const now = await readClock(tx, clock);
    const again = refund.status === 'FAILED';
    await tx
      .update(refunds)
      .set(again ? newGeneration(refund, now) : { nextAttemptAt: now })
      .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId)));
    if (again) {
      const facts = await factsOfRefund(tx, refund);
      await addTicketEvent(tx, {
        userId,
        ticketId,
        type: 'REFUND_RETRIED',
        actor: 'OPERATOR',
        at: now,
        facts,
      });
    }
    return again ? 'askedAnew' : 'broughtForward';
  });
}
