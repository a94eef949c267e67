import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { addNotifications } from '../notifications/add-notifications.ts';
import type { Clock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { pipeline, pipelineAndCommit } from '../platform/db/pipeline.ts';
import { statement, timedStatement } from '../platform/db/statement.ts';
import {
  cancellationPolicies,
  idempotencyKeys,
  payments,
  refunds,
  shows,
  ticketSeats,
  tickets,
} from '../platform/db/tables/index.ts';
import { addJobs, type NewJob } from '../platform/jobs/add-jobs.ts';
import type { Replicas } from '../platform/replicas/replicas.ts';
import { newTraceId } from '../platform/telemetry/trace.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import {
  type CancellationDecision,
  decideCancellation,
  type Quote,
} from '../tickets/policies/cancellation-policy.ts';
import { freeSeats, lockHeldSeats } from '../tickets/seats/release-seats.ts';
import { ticketFields, type WholeTicketRow } from '../tickets/ticket-row.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import {
  type CancelRequest,
  isKeyOfCall,
  keepKey,
  keyTaken,
  keyToFind,
  keyUseOf,
} from './idempotency-keys.ts';
import { inTransactionOfUser } from './in-transaction-of-user.ts';

/** A call for a ticket whose show is known, which never becomes another one: so its seats are locked along with it. */
export interface Cancellation extends CancelRequest {
  showId: string;
}

type Refusal = Exclude<CancellationDecision, { kind: 'cancel' }>;

type RefundRow = typeof refunds.$inferSelect;

/**
 * What became of a call; `row` is the ticket as it is now, `now` the time of the decision. `refund` is null when an earlier
 * call made it.
 */
export type CancellationOutcome =
  | { kind: 'notFound' }
  | { kind: 'refused'; row: WholeTicketRow; now: Date; refusal: Refusal }
  | { kind: 'cancelled'; row: WholeTicketRow; now: Date; refund: RefundRow | null };

/**
 * Cancels a ticket: lock, decide by the database's clock, write, enqueue, in one transaction. All of it happens or
 * none; the gateway is called after the commit, by the job.
 *
 * @param traceId joins what the jobs log with the call
 * @param replicas where lists may be read: they have it, too, before the outcome is told
 * @throws UsherError BAD_USER_INPUT when the idempotency key was used with other arguments
 */
export async function cancelTicket(
  db: Database,
  clock: Clock,
  request: Cancellation,
  traceId = newTraceId(),
  replicas: Replicas | null = null,
): Promise<CancellationOutcome> {
  const outcome = await inTransactionOfUser(db, request.userId, (tx) =>
    cancelUnderLock(tx, clock, request, traceId, replicas),
  );
  await replicas?.haveApplied();
  return outcome;
}

async function cancelUnderLock(
  tx: Transaction,
  clock: Clock,
  request: Cancellation,
  traceId: string,
  replicas: Replicas | null,
): Promise<CancellationOutcome> {
  const { userId, ticketId } = request;
  // The locks are sent first: all that is read behind them is what others had committed when they were given.
  const [locked, heldSeats, facts] = await pipeline([
    lockTicket(tx, request),
    lockHeldSeats(tx, request),
    readFacts(tx, clock, request),
    replicas ? replicas.waitAtCommit(tx) : Promise.resolve(),
  ]);
  if (!locked) return { kind: 'notFound' };
  if (locked.showId !== request.showId) throw new Error(`ticket ${ticketId} is of another show`);
  if (!facts) throw new Error('a locked ticket is gone');
  const { row, keyUse, now } = facts;

  if (keyUse === 'other') throw keyTaken();
  if (keyUse === 'same') return { kind: 'cancelled', row, now, refund: null };

  const { totalAmount, status } = row.ticket;
  const ticket = { status, totalAmount, showStart: row.showStart, policy: row.policy };
  const decision = decideCancellation(ticket, now, request.expectedRefund);
  if (decision.kind !== 'cancel') return { kind: 'refused', row, now, refusal: decision };

  const { quote } = decision;
  const refundId = `refund-${randomUUID()}`;
  const sendRefund: NewJob = { name: 'send-refund', payload: { traceId, userId, refundId } };
  const sendNotifications: NewJob = {
    name: 'send-notifications',
    payload: { traceId, userId, ticketId, event: 'TICKET_CANCELLED' },
  };
  const [refund] = await pipelineAndCommit(tx, [
    insertRefund(tx, facts, refundId, quote),
    markCancelled(tx, { userId, ticketId, now }),
    markRefunded(tx, facts, quote),
    freeSeats(tx, request.showId, heldSeats),
    noteCancelled(tx, facts, heldSeats),
    addNotifications(tx, row.ticket, 'TICKET_CANCELLED', now),
    keepKey(tx, request, now),
    addJobs(tx, quote.refundAmount > 0n ? [sendRefund, sendNotifications] : [sendNotifications]),
  ]);

  return {
    kind: 'cancelled',
    now,
    row: { ...row, ticket: { ...row.ticket, status: 'CANCELLED', cancelledAt: now } },
    refund,
  };
}

const factsOfTicket = timedStatement((db, now) =>
  db
    .select({
      ...ticketFields,
      policy: cancellationPolicies,
      payment: { id: payments.id, status: payments.status, amount: payments.amount },
      usedKey: idempotencyKeys,
      now: sql`${now}`.mapWith(tickets.bookingTime).as('now'),
      seatsSold: sql<number>`(select count(*)::int from ${ticketSeats} where ${ticketSeats.userId} = ${sql.placeholder('userId')} and ${ticketSeats.ticketId} = ${tickets.id})`,
    })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .leftJoin(idempotencyKeys, isKeyOfCall)
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .prepare('facts_of_ticket'),
);

type Facts = NonNullable<Awaited<ReturnType<typeof readFacts>>>;

/** All that the decision depends on, and the time by which it is made. */
async function readFacts(tx: Transaction, clock: Clock, request: CancelRequest) {
  const { userId, ticketId } = request;
  const [found] = await factsOfTicket(tx, clock, { userId, ticketId, key: keyToFind(request) });
  if (!found) return null;
  const { payment, usedKey, now, seatsSold, ...row } = found;
  return { row, payment, keyUse: keyUseOf(usedKey, request), now, seatsSold };
}

function noteCancelled(
  tx: Transaction,
  { row, now, seatsSold }: Facts,
  releasedSeats: string[],
): Promise<void> {
  const { userId, id: ticketId } = row.ticket;
  const facts = { seatsSold, seatsReleased: releasedSeats.length };
  return addTicketEvent(tx, { userId, ticketId, type: 'CANCELLED', actor: 'USER', at: now, facts });
}

const markCancelled = statement((db) =>
  db
    .update(tickets)
    .set({ status: 'CANCELLED', cancelledAt: sql`${sql.param(sql.placeholder('now'), tickets.cancelledAt)}` })
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .prepare('mark_cancelled'),
);

const refundPayment = statement((db) =>
  db
    .update(payments)
    .set({
      status: 'REFUNDED',
      refundAmount: sql`${sql.placeholder('refundAmount')}`,
      refundInitiatedAt: sql`${sql.param(sql.placeholder('now'), payments.refundInitiatedAt)}`,
    })
    .where(and(eq(payments.userId, sql.placeholder('userId')), eq(payments.id, sql.placeholder('id'))))
    .prepare('refund_payment'),
);

async function markRefunded(
  tx: Transaction,
  { row, payment, now }: Facts,
  { refundAmount }: Quote,
): Promise<void> {
  if (refundAmount === 0n) return;
  if (payment?.status !== 'SUCCESS' || payment.amount !== row.ticket.totalAmount) {
    throw new Error(`ticket ${row.ticket.id} is CONFIRMED without a payment of its total amount`);
  }
  await refundPayment(tx, { userId: row.ticket.userId, id: payment.id, refundAmount, now });
}

const newRefund = statement((db) =>
  db
    .insert(refunds)
    .values({
      userId: sql.placeholder('userId'),
      id: sql.placeholder('id'),
      ticketId: sql.placeholder('ticketId'),
      paymentId: sql.placeholder('paymentId'),
      originalAmount: sql.placeholder('originalAmount'),
      cancellationFee: sql.placeholder('cancellationFee'),
      refundAmount: sql.placeholder('refundAmount'),
      status: sql.placeholder('status'),
      nextAttemptAt: sql.placeholder('nextAttemptAt'),
      etaMinBusinessDays: sql.placeholder('etaMinBusinessDays'),
      etaMaxBusinessDays: sql.placeholder('etaMaxBusinessDays'),
      requestedAt: sql.placeholder('requestedAt'),
    })
    .returning()
    .prepare('new_refund'),
);

async function insertRefund(tx: Transaction, { row, payment, now }: Facts, id: string, quote: Quote) {
  const isDue = quote.refundAmount > 0n;
  const values: typeof refunds.$inferInsert = {
    userId: row.ticket.userId,
    id,
    ticketId: row.ticket.id,
    paymentId: payment?.id ?? null,
    originalAmount: quote.originalAmount,
    cancellationFee: quote.cancellationFee,
    refundAmount: quote.refundAmount,
    status: isDue ? 'PROCESSING' : 'NOT_REQUIRED',
    nextAttemptAt: isDue ? now : null,
    etaMinBusinessDays: row.policy.etaMinBusinessDays,
    etaMaxBusinessDays: row.policy.etaMaxBusinessDays,
    requestedAt: now,
  };
  const [refund] = await newRefund(tx, values);
  if (!refund) throw new Error('an insert gives its row');
  return refund;
}
