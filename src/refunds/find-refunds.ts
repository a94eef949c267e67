import { and, asc, desc, eq, gt, inArray, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Clock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { isDue, isTooFarAhead } from '../platform/db/lease.ts';
import { payments, refunds, tickets, webhookEvents } from '../platform/db/tables/index.ts';
import { openRefundFields } from './claim-refund.ts';
import type { RefundKey } from './refund-transitions.ts';

/** Queries for workers and operators. They take no locks, so a worker claims each refund before it works on it. */

/** Refunds that a worker should take up now, longest overdue first. */
export function findDueRefunds(db: Database, clock: Clock, limit: number): Promise<RefundKey[]> {
  return db
    .select({ userId: refunds.userId, refundId: refunds.id })
    .from(refunds)
    .where(isDue(refunds, clock))
    .orderBy(asc(refunds.nextAttemptAt))
    .limit(limit);
}

/** Processed refunds are compared with the gateway's books for ten days. */
function isLatelyProcessed(clock: Clock) {
  const lately = sql`${clock.inTransaction} - interval '10 days'`;
  return and(eq(refunds.status, 'PROCESSED'), gt(refunds.processedAt, lately));
}

/**
 * Refunds for an operator, oldest first: failed; in process for 15 minutes without a gateway's id or with an error; in
 * process from a time ahead; or processed in the last ten days, and made twice or missing in the gateway's books.
 */
export function findStuckRefunds(db: Database, clock: Clock) {
  const aWhileAgo = sql`${clock.inTransaction} - interval '15 minutes'`;
  const later = sql`${clock.inTransaction} + interval '15 minutes'`;
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
        // Written while a clock was ahead: nobody knows since when they wait.
        and(
          eq(refunds.status, 'PROCESSING'),
          or(gt(refunds.requestedAt, later), isTooFarAhead(refunds.nextAttemptAt, clock)),
        ),
        // A processed refund has an error only if it was made twice or is missing.
        and(isLatelyProcessed(clock), isNotNull(refunds.lastError)),
      ),
    )
    .orderBy(asc(refunds.requestedAt));
}

/**
 * Refunds that the nightly reconciliation compares: in process; processed in the last ten days, since the bank may still
 * return the money; or failed, since the money may have gone after all. In the order of their keys, and without those that
 * were compared since a time.
 */
export function findOpenRefunds(
  db: Database,
  clock: Clock,
  { since, after, limit }: { since: Date; after: RefundKey; limit: number },
) {
  return db
    .select(openRefundFields)
    .from(refunds)
    .innerJoin(payments, and(eq(payments.userId, refunds.userId), eq(payments.id, refunds.paymentId)))
    .where(
      and(
        isNotNull(refunds.firstSentAt),
        or(inArray(refunds.status, ['PROCESSING', 'FAILED']), isLatelyProcessed(clock)),
        or(isNull(refunds.comparedAt), lte(refunds.comparedAt, since)),
        sql`(${refunds.userId}, ${refunds.id}) > (${after.userId}, ${after.refundId})`,
      ),
    )
    .orderBy(asc(refunds.userId), asc(refunds.id))
    .limit(limit);
}

/** Successful payments for tickets that had already expired. A person has to decide about them. */
export function findLatePayments(db: Database) {
  return db
    .select({ userId: tickets.userId, ticketId: tickets.id, payment: payments })
    .from(tickets)
    .innerJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(and(eq(tickets.status, 'EXPIRED'), eq(payments.status, 'SUCCESS')));
}

/** Webhooks about our refunds that could not be read or contradict what we know, newest first. */
export function findKeptWebhooks(db: Database, limit: number) {
  return db
    .select()
    .from(webhookEvents)
    .where(isNotNull(webhookEvents.trouble))
    .orderBy(desc(webhookEvents.receivedAt))
    .limit(limit);
}
