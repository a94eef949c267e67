import { and, eq, ne, or } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { refunds } from '../platform/db/tables/index.ts';
import type { NotedRefund } from './gateway/gateway.ts';
import type { RefundRow } from './refund-transitions.ts';

/**
 * Compares what an event says with what we know of a refund, as an answer of the gateway is compared with its request.
 *
 * @param transactionId the gateway's id of the refund's payment
 * @returns the contradiction; null if there is none
 */
export function findContradiction(
  refund: RefundRow,
  transactionId: string | null,
  { transactionId: ofPayment, refund: made }: Pick<NotedRefund, 'transactionId' | 'refund'>,
): string | null {
  const { id, amount, status } = made;
  if (ofPayment !== transactionId) return `${id} is of another payment, ${ofPayment}`;
  if (amount !== refund.refundAmount) return `${id} is of another amount, ${amount} paise`;
  const { gatewayRefundId, settledAt } = refund;
  if (gatewayRefundId !== null && gatewayRefundId !== id)
    return `${id} is ${status}, and the refund is ${gatewayRefundId}`;
  if (settledAt !== null && gatewayRefundId === null)
    return `${id} is ${status}, and the refund was settled by hand`;
  return null;
}

/**
 * Searches all users for another refund of ours with this gateway's id. A unique index covers one user only, as Citus
 * demands.
 *
 * @returns its id; null if there is none
 */
export async function findOtherOwner(
  tx: Transaction,
  gatewayRefundId: string,
  { userId, id, gatewayRefundId: known }: RefundRow,
): Promise<string | null> {
  if (known === gatewayRefundId) return null;
  const [other] = await tx
    .select({ id: refunds.id })
    .from(refunds)
    .where(
      and(eq(refunds.gatewayRefundId, gatewayRefundId), or(ne(refunds.userId, userId), ne(refunds.id, id))),
    )
    .limit(1);
  return other?.id ?? null;
}
