import { and, eq } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { refunds } from '../platform/db/tables/index.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import type { RefundRow } from './refund-transitions.ts';

/**
 * Locks the ticket, then its refund. Every change of a refund takes the locks in this order. Null if there is no such
 * refund.
 */
export async function lockRefund(
  tx: Transaction,
  { userId, ticketId, id }: Pick<RefundRow, 'userId' | 'ticketId' | 'id'>,
): Promise<RefundRow | null> {
  await lockTicket(tx, { userId, ticketId });
  const [refund] = await tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.userId, userId), eq(refunds.id, id), eq(refunds.ticketId, ticketId)))
    .for('update');
  return refund ?? null;
}
