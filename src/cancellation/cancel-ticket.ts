import { and, eq, sql } from 'drizzle-orm';
import { addNotifications } from '../notifications/add-notifications.ts';
import type { Clock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { pipeline, pipelineAndCommit } from '../platform/db/pipeline.ts';
import { sqlStatement, statement, timedStatement } from '../platform/db/statement.ts';
import {
  cancellationPolicies,
  idempotencyKeys,
  payments,
  refunds,
  shows,
  ticketSeats,
  tickets,
} from '../platform/db/tables/index.ts';
import type { JobQueue, NewJob } from '../platform/jobs/job-queue.ts';
import type { Replicas } from '../platform/replicas/replicas.ts';
import { refundIdOf } from '../refunds/refund-id.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import {
  type CancellationDecision,
  decideCancellation,
  type Quote,
} from '../tickets/policies/cancellation-policy.ts';
import { freeSeats, lockHeldSeats } from '../tickets/seats/release-seats.ts';
import { ticketFields, type WholeTicketRow } from '../tickets/ticket-row.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import { addAttempt, attemptAtLimit, lockUser, secondsUntilAllowed } from './cancellation-attempts.ts';
import { addKey, isKeyOfCall, type KeyedCall, keyUseOf } from './idempotency-keys.ts';
import { inTransactionOfUser } from './in-transaction-of-user.ts';

/** A call of cancelTicket for a ticket that the user owns. */
export interface CancelRequest extends KeyedCall {
  /** A ticket never changes its show, so its seats can be locked in the same round trip. */
  showId: string;
}

export interface CancelServices {
  db: Database;
  clock: Clock;
  jobs: JobQueue;
  /** The standbys that serve lists; null without any. A call returns only after they have applied its commit. */
  replicas: Replicas | null;
  /** The rate limit of one user. */
  cancelAttemptsPerHour: number;
  /** Correlates the logs of the jobs with the request. */
  traceId: string;
  /** Throws after the client has disconnected or got its answer: then nothing may be cancelled any more. */
  throwIfAborted(): void;
}

type Refusal = Exclude<CancellationDecision, { kind: 'cancel' | 'unpaid' }>;

/** The ticket after the call, and the time of the decision. */
interface Decided {
  row: WholeTicketRow;
  now: Date;
}

type RefundRow = typeof refunds.$inferSelect;

/** The result of a call. `refund` is null if an earlier call with the same key created it. */
export type CancellationOutcome =
  | { kind: 'notFound' }
  | { kind: 'keyTaken' }
  | { kind: 'rateLimited'; retryAfterSeconds: number }
  | (Decided & { kind: 'cancelled'; refund: RefundRow | null })
  | (Decided & Refusal);

/**
 * Cancels a ticket in one transaction. The transaction commits the whole cancellation, or only the attempt of a
 * refusal, or nothing. A transaction that fails does not count as an attempt. A job, queued after the commit, calls the
 * payment gateway.
 */
export async function cancelTicket(
  services: CancelServices,
  request: CancelRequest,
): Promise<CancellationOutcome> {
  const { db, jobs, replicas, traceId } = services;
  const outcome = await inTransactionOfUser(db, request.userId, (tx) => cancel(tx, services, request));
  if (outcome.kind === 'cancelled' && outcome.refund) jobs.add(jobsAfter(outcome.refund, traceId));
  // The other outcomes wrote nothing.
  if ('row' in outcome) await replicas?.haveApplied();
  return outcome;
}

async function cancel(
  tx: Transaction,
  { clock, replicas, cancelAttemptsPerHour: limit, throwIfAborted }: CancelServices,
  request: CancelRequest,
): Promise<CancellationOutcome> {
  const { userId, ticketId, showId } = request;
  throwIfAborted();
  // The locks come first in the pipeline, so the facts include everything committed before the locks were granted.
  const [, locked, heldSeats, facts] = await pipeline([
    lockUser(tx, userId),
    lockTicket(tx, request),
    lockHeldSeats(tx, request),
    readFacts(tx, clock, request, limit),
    replicas ? replicas.waitAtCommit(tx) : Promise.resolve(),
  ]);
  throwIfAborted();
  if (!locked || !facts) return commitNothing(tx, { kind: 'notFound' });
  if (locked.showId !== showId) throw new Error(`ticket ${ticketId} is of another show`);
  const { row, keyUse, now } = facts;

  // A retry returns the first result and does not count as an attempt.
  if (keyUse === 'same') return { kind: 'cancelled', row, now, refund: null };
  if (keyUse === 'other') return commitNothing(tx, { kind: 'keyTaken' });

  const retryAfterSeconds = secondsUntilAllowed(facts.attemptAtLimit, now);
  if (retryAfterSeconds > 0) return commitNothing(tx, { kind: 'rateLimited', retryAfterSeconds });

  const { totalAmount, status } = row.ticket;
  const ticket = {
    status,
    totalAmount,
    showStart: row.showStart,
    policy: row.policy,
    payment: facts.payment,
  };
  const decision = decideCancellation(ticket, now, request.expectedRefund);
  if (decision.kind === 'unpaid')
    throw new Error(`ticket ${ticketId} is CONFIRMED without a payment of its total amount`);
  if (decision.kind !== 'cancel') {
    await pipelineAndCommit(tx, [addAttempt(tx, userId, now)]);
    return { ...decision, row, now };
  }

  const { quote } = decision;
  const [refund] = await pipelineAndCommit(tx, [
    insertRefund(tx, facts, quote),
    addAttempt(tx, userId, now),
    markCancelled(tx, { userId, ticketId, now }),
    markRefunded(tx, facts, quote),
    freeSeats(tx, showId, heldSeats),
    addCancelledEvent(tx, facts, heldSeats),
    addNotifications(tx, row.ticket, 'TICKET_CANCELLED', now),
    addKey(tx, request, now),
  ]);
  const cancelled = { ...row, ticket: { ...row.ticket, status: 'CANCELLED', cancelledAt: now } } as const;
  return { kind: 'cancelled', row: cancelled, now, refund };
}

const waitForNothing = sqlStatement('wait_for_nothing', sql`set local synchronous_commit = off`);

/** Ends a transaction that only locked rows: its commit waits neither for the disk nor for a standby. */
async function commitNothing<Outcome>(tx: Transaction, outcome: Outcome): Promise<Outcome> {
  await pipelineAndCommit(tx, [waitForNothing(tx)]);
  return outcome;
}

/** Without money to refund, no refund job is queued. */
function jobsAfter({ userId, ticketId, id: refundId, status }: RefundRow, traceId: string): NewJob[] {
  const sendNotifications: NewJob = {
    name: 'send-notifications',
    payload: { traceId, userId, ticketId, event: 'TICKET_CANCELLED' },
  };
  if (status === 'NOT_REQUIRED') return [sendNotifications];
  return [{ name: 'send-refund', payload: { traceId, userId, refundId } }, sendNotifications];
}

const factsOfTicket = timedStatement((db, now) =>
  db
    .select({
      ...ticketFields,
      policy: cancellationPolicies,
      paymentState: { id: payments.id, status: payments.status, amount: payments.amount },
      usedKey: idempotencyKeys,
      attemptAtLimit: attemptAtLimit(db, now),
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

/** Reads everything that the decision depends on, and the time of the decision. */
async function readFacts(tx: Transaction, clock: Clock, request: CancelRequest, limit: number) {
  const { userId, ticketId, idempotencyKey } = request;
  const [found] = await factsOfTicket(tx, clock, {
    userId,
    ticketId,
    key: idempotencyKey ?? '',
    placesBefore: limit - 1,
  });
  if (!found) return null;
  const { usedKey, attemptAtLimit, now, seatsSold, ...row } = found;
  return {
    row,
    payment: row.paymentState,
    keyUse: keyUseOf(usedKey, request),
    attemptAtLimit,
    now,
    seatsSold,
  };
}

function addCancelledEvent(
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
  if (refundAmount === 0n || !payment) return;
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

async function insertRefund(tx: Transaction, { row, payment, now }: Facts, quote: Quote) {
  const isDue = quote.refundAmount > 0n;
  const { userId, id: ticketId } = row.ticket;
  const values: typeof refunds.$inferInsert = {
    userId,
    id: refundIdOf({ userId, ticketId }),
    ticketId,
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
  if (!refund) throw new Error('insert into refunds returned no row');
  return refund;
}
