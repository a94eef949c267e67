import { and, eq, type SQL } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { payments, refunds } from '../platform/db/tables/index.ts';
import { lockTicket, type TicketKey } from '../tickets/lock-ticket.ts';
import type { RefundRow } from './refund-transitions.ts';

/**
 * Locks the ticket, then its refund. Every change of a refund takes the locks in this order. Null if there is no such
 * refund.
 */
export async function lockRefund(
  tx: Transaction,
  { userId, ticketId, id }: Pick<RefundRow, 'userId' | 'ticketId' | 'id'>,
): Promise<RefundRow | null> {
  return lock(tx, { userId, ticketId }, eq(refunds.id, id));
}

/** The same for the refund of a step of a ticket, whatever its id. */
export async function lockRefundOfStep(
  tx: Transaction,
  { step, ...key }: TicketKey & Pick<RefundRow, 'step'>,
): Promise<RefundRow | null> {
  return lock(tx, key, eq(refunds.step, step));
}

async function lock(
  tx: Transaction,
  { userId, ticketId }: TicketKey,
  condition: SQL,
): Promise<RefundRow | null> {
  await lockTicket(tx, { userId, ticketId });
  const [refund] = await tx
    .select()
    .from(refunds)
    .where(and(eq(refunds.userId, userId), eq(refunds.ticketId, ticketId), condition))
    .for('update');
  return refund ?? null;
}

/** The gateway's id of the payment that a locked refund is of. */
export async function readTransactionId(
  tx: Transaction,
  { userId, ticketId }: TicketKey,
): Promise<string | null> {
  const [payment] = await tx
    .select({ transactionId: payments.transactionId })
    .from(payments)
    .where(and(eq(payments.userId, userId), eq(payments.ticketId, ticketId)));
  return payment?.transactionId ?? null;
}
