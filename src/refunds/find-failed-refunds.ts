import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { payments, refunds } from '../platform/db/tables/index.ts';
import type { RefundKey } from './refund-transitions.ts';

/** Finds the FAILED refunds of a payment, by the gateway's id of the payment. There are few FAILED refunds. */
export function findFailedRefunds(db: Database, transactionId: string): Promise<RefundKey[]> {
  // A literal, not a parameter, so that the index of FAILED refunds serves every plan.
  return db
    .select({ userId: refunds.userId, refundId: refunds.id })
    .from(refunds)
    .innerJoin(payments, and(eq(payments.userId, refunds.userId), eq(payments.id, refunds.paymentId)))
    .where(and(sql`${refunds.status} = 'FAILED'`, eq(payments.transactionId, transactionId)));
}
