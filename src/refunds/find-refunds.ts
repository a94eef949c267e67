import { and, asc, eq, gt, isNotNull, isNull, lt, or, sql } from 'drizzle-orm';
import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { isDue } from '../platform/db/lease.ts';
import { payments, refunds, tickets } from '../platform/db/tables/index.ts';
import type { RefundKey } from './refund-transitions.ts';

/** Candidates for workers and lists for operators, read without any lock. */

/** Refunds that a worker should look at now, the longest waiting first. */
export function findDueRefunds(db: Database, clock: Clock, limit: number): Promise<RefundKey[]> {
  return db
    .select({ userId: refunds.userId, refundId: refunds.id })
    .from(refunds)
    .where(isDue(refunds, clock))
    .orderBy(asc(refunds.nextAttemptAt))
    .limit(limit);
}

/** How long a refund that is through is still compared with the gateway's books. */
function isLatelyProcessed(clock: Clock) {
  const lately = sql`${clock.inTransaction} - interval '10 days'`;
  return and(eq(refunds.status, 'PROCESSED'), gt(refunds.processedAt, lately));
}

/** Refunds that failed, that the gateway has not taken within a quarter of an hour, or that were lately made twice. */
export function findStuckRefunds(db: Database, clock: Clock) {
  const aWhileAgo = sql`${clock.inTransaction} - interval '15 minutes'`;
  return db
    .select()
    .from(refunds)
    .where(
      or(
        eq(refunds.status, 'FAILED'),
        and(
          eq(refunds.status, 'PROCESSING'),
          lt(refunds.requestedAt, aWhileAgo),
          or(isNull(refunds.gatewayRefundId), isNotNull(refunds.lastError)),
        ),
        // Nothing else is wrong with one that is through.
        and(isLatelyProcessed(clock), isNotNull(refunds.lastError)),
      ),
    )
    .orderBy(asc(refunds.requestedAt));
}

/**
 * Refunds on which the gateway may have news: under way, or lately through, also with the bank's reference, as the bank
 * may still send the money back.
 */
export function findOpenRefunds(db: Database, clock: Clock) {
  return db
    .select({ refund: refunds, transactionId: payments.transactionId })
    .from(refunds)
    .innerJoin(payments, and(eq(payments.userId, refunds.userId), eq(payments.id, refunds.paymentId)))
    .where(
      and(isNotNull(refunds.firstSentAt), or(eq(refunds.status, 'PROCESSING'), isLatelyProcessed(clock))),
    );
}

/** Money that came for a ticket which had expired by then: a person has to decide. */
export function findLatePayments(db: Database) {
  return db
    .select({ userId: tickets.userId, ticketId: tickets.id, payment: payments })
    .from(tickets)
    .innerJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(and(eq(tickets.status, 'EXPIRED'), eq(payments.status, 'SUCCESS')));
}
