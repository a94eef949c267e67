import { and, eq } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { refunds } from '../platform/db/tables/index.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import { lockRefund } from './lock-refund.ts';
import { newGeneration } from './refund-decision.ts';

export type RetryOutcome = 'askedAnew' | 'broughtForward' | 'final' | 'unknown';

/**
 * What an operator does about a refund that is stuck. One that FAILED is asked for anew, under a new key; one that is
 * under way is only tried now, under the key that it has. The next sweep of a worker, seconds later, takes it up.
 */
export async function retryRefund(db: Database, clock: Clock, refundId: string): Promise<RetryOutcome> {
  // An operator has the refund's id only, from the list or a log. Whose it is, is read before anything is locked.
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
    if (again)
      await addTicketEvent(tx, { userId, ticketId, type: 'REFUND_RETRIED', actor: 'OPERATOR', at: now });
    return again ? 'askedAnew' : 'broughtForward';
  });
}
