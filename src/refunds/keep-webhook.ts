import { and, eq } from 'drizzle-orm';
import { readClock } from '../platform/db/clock.ts';
import { refunds, webhookEvents } from '../platform/db/tables/index.ts';
import type { OurNotes } from './gateway/razorpay-refund.ts';
import type { RefundStore } from './refund-store.ts';

/** A signed event that is noted with our ids, but cannot be read. */
export interface UnreadableEvent {
  id: string;
  type: string;
  notes: OurNotes;
  detail: string;
}

/**
 * Keeps an unreadable event for operators.
 *
 * @returns false if it is of no refund of ours: another shop on the account may use the same names of notes
 */
export async function keepWebhook(
  { db, clock }: Pick<RefundStore, 'db' | 'clock'>,
  { id, type, notes, detail }: UnreadableEvent,
): Promise<boolean> {
  const { userId, ticketId, refundId } = notes;
  const [refund] = await db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.userId, userId), eq(refunds.ticketId, ticketId)));
  if (!refund) return false;
  const now = await readClock(db, clock);
  const trouble = `cannot be read: ${detail}`.slice(0, 500);
  await db
    .insert(webhookEvents)
    .values({ userId, id, refundId, type, happenedAt: now, receivedAt: now, trouble })
    .onConflictDoNothing();
  return true;
}
