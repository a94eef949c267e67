import { sql } from 'drizzle-orm';
import { addNotifications } from '../notifications/add-notifications.ts';
import { subjectOf } from '../notifications/notification-key.ts';
import type { Clock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { pipeline, pipelineAndCommit } from '../platform/db/pipeline.ts';
import { sqlStatement } from '../platform/db/statement.ts';
import type { JobQueue, NewJob } from '../platform/jobs/job-queue.ts';
import type { Replicas } from '../platform/replicas/replicas.ts';
import type { RefundRow } from '../refunds/refund-transitions.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import { type CancellationDecision, decideCancellation } from '../tickets/policies/cancellation-policy.ts';
import { markSeatsCancelled } from '../tickets/seats/mark-seats-cancelled.ts';
import { freeSeats, lockHeldSeats } from '../tickets/seats/release-seats.ts';
import type { SoldSeat } from '../tickets/seats/seat.type.ts';
import { findSeats } from '../tickets/seats/ticket-seat-id.ts';
import type { WholeTicketRow } from '../tickets/ticket-row.ts';
import { addAttempt, lockUser, secondsUntilAllowed } from './cancellation-attempts.ts';
import { readFacts } from './cancellation-facts.ts';
import { addKey, type KeyedCall, keyUseOf } from './idempotency-keys.ts';
import { inTransactionOfUser } from './in-transaction-of-user.ts';
import {
  addCancelledEvent,
  insertRefund,
  markCancelled,
  markRefunded,
  notificationEventOf,
  planCancellation,
  rowAfter,
} from './record-cancellation.ts';

/** A call of cancelTicket or cancelSeats for a ticket that the user owns. */
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
  row: WholeTicketRow & { seats: SoldSeat[] };
  now: Date;
}

/** The result of a call. */
export type CancellationOutcome =
  | { kind: 'notFound' }
  | { kind: 'keyTaken' }
  /** An id is of no seat of the ticket. */
  | { kind: 'unknownSeats' }
  | { kind: 'rateLimited'; retryAfterSeconds: number }
  | (Decided & { kind: 'cancelled'; refund: RefundRow })
  /** An earlier call with the same key created the refund; null: the ticket's only one. */
  | (Decided & { kind: 'repeated'; refundId: string | null })
  | (Decided & Refusal);

/**
 * Cancels a ticket, or some of its seats, in one transaction. The transaction commits the whole cancellation, or only
 * the attempt of a refusal, or nothing. A transaction that fails does not count as an attempt. A job, queued after the
 * commit, calls the payment gateway.
 */
export async function cancelTicket(
  services: CancelServices,
  request: CancelRequest,
): Promise<CancellationOutcome> {
  const { db, jobs, replicas, traceId } = services;
  const outcome = await inTransactionOfUser(db, request.userId, (tx) => cancel(tx, services, request));
  if (outcome.kind === 'cancelled') jobs.add(jobsAfter(outcome, traceId));
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
  const { row, usedKey, now } = facts;

  // A retry returns the first result and does not count as an attempt.
  const keyUse = keyUseOf(usedKey, request);
  if (keyUse === 'same') return { kind: 'repeated', row, now, refundId: usedKey?.refundId ?? null };
  if (keyUse === 'other') return commitNothing(tx, { kind: 'keyTaken' });

  const seatIds = request.seatIds && findSeats(row.seats, ticketId, request.seatIds);
  if (request.seatIds && !seatIds) return commitNothing(tx, { kind: 'unknownSeats' });

  const retryAfterSeconds = secondsUntilAllowed(facts.attemptAtLimit, now);
  if (retryAfterSeconds > 0) return commitNothing(tx, { kind: 'rateLimited', retryAfterSeconds });

  const { totalAmount, status } = row.ticket;
  const ticket = {
    status,
    totalAmount,
    showStart: row.showStart,
    policy: row.policy,
    payment: facts.payment,
    price: row.ticket,
    seats: row.seats,
  };
  const decision = decideCancellation(ticket, now, request.expectedRefund, seatIds);
  if (decision.kind === 'unpaid')
    throw new Error(`ticket ${ticketId} is CONFIRMED without a payment of its total amount`);
  if (decision.kind !== 'cancel') {
    await pipelineAndCommit(tx, [addAttempt(tx, userId, now)]);
    return { ...decision, row, now };
  }

  const cancellation = planCancellation(facts, decision.quote, seatIds, heldSeats);
  const [refund] = await pipelineAndCommit(tx, [
    insertRefund(tx, facts, cancellation),
    addAttempt(tx, userId, now),
    cancellation.isWhole ? markCancelled(tx, cancellation, now) : markSeatsCancelled(tx, cancellation, now),
    markRefunded(tx, facts, cancellation),
    freeSeats(tx, showId, cancellation.releasedSeatIds),
    addCancelledEvent(tx, cancellation, now),
    addNotifications(tx, cancellation, notificationEventOf(cancellation), now),
    addKey(tx, request, cancellation.refundId, now),
  ]);
  return { kind: 'cancelled', row: rowAfter(row, cancellation, now), now, refund };
}

const waitForNothing = sqlStatement('wait_for_nothing', sql`set local synchronous_commit = off`);

/** Ends a transaction that only locked rows: its commit waits neither for the disk nor for a standby. */
async function commitNothing<Outcome>(tx: Transaction, outcome: Outcome): Promise<Outcome> {
  await pipelineAndCommit(tx, [waitForNothing(tx)]);
  return outcome;
}

/** Without money to refund, no refund job is queued. */
function jobsAfter(
  { row, refund }: Extract<CancellationOutcome, { kind: 'cancelled' }>,
  traceId: string,
): NewJob[] {
  const { userId, ticketId, id: refundId, step, status } = refund;
  const event = notificationEventOf({ isWhole: row.ticket.status === 'CANCELLED' });
  const sendNotifications: NewJob = {
    name: 'send-notifications',
    payload: { traceId, ...subjectOf({ userId, ticketId, refundId, step }), event },
  };
  if (status === 'NOT_REQUIRED') return [sendNotifications];
  return [{ name: 'send-refund', payload: { traceId, userId, refundId } }, sendNotifications];
}
