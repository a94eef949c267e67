import { randomUUID } from 'node:crypto';
import { and, eq, sql } from 'drizzle-orm';
import { atOnce } from '../db/at-once.ts';
import type { Clock } from '../db/clock.ts';
import type { Database, Transaction } from '../db/database.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { cancellationPolicies, payments, refunds, shows, ticketSeats, tickets } from '../db/tables/index.ts';
import { addJob } from '../jobs/add-job.ts';
import { addNotifications } from '../notifications/add-notifications.ts';
import {
  type CancellationDecision,
  decideCancellation,
  type Quote,
} from '../policies/cancellation-policy.ts';
import { releaseSeats } from '../seats/release-seats.ts';
import { newTraceId } from '../telemetry/trace.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import { type TicketRow, ticketFields } from '../tickets/ticket-row.ts';
import { addTicketEvent } from '../timeline/add-ticket-event.ts';
import { type CancelRequest, findKeyUse, keepKey, keyTaken } from './idempotency-keys.ts';
import { inUserTurn } from './user-turns.ts';

type Refusal = Exclude<CancellationDecision, { kind: 'cancel' }>;

/** What became of a call; `row` is the ticket as it is now, `now` the time of the decision. */
export type CancellationOutcome =
  | { kind: 'notFound' }
  | { kind: 'refused'; row: TicketRow; now: Date; refusal: Refusal }
  | { kind: 'cancelled'; row: TicketRow; now: Date };

/**
 * Cancels a ticket: lock, decide by the database's clock, write, enqueue, in one transaction. All of it happens or
 * none; the gateway is called after the commit, by the job.
 *
 * @param traceId joins what the jobs log with the call
 * @throws UsherError BAD_USER_INPUT when the idempotency key was used with other arguments
 */
export function cancelTicket(
  db: Database,
  clock: Clock,
  request: CancelRequest,
  traceId = newTraceId(),
): Promise<CancellationOutcome> {
  return inUserTurn(db, request.userId, () =>
    inTransaction(db, (tx) => cancelUnderLock(tx, clock, request, traceId)),
  );
}

async function cancelUnderLock(
  tx: Transaction,
  clock: Clock,
  request: CancelRequest,
  traceId: string,
): Promise<CancellationOutcome> {
  const { userId, ticketId } = request;
  if (!(await lockTicket(tx, request))) return { kind: 'notFound' };
  const facts = await readFacts(tx, clock, request);
  const { row, now } = facts;

  const keyUse = await findKeyUse(tx, clock, request);
  if (keyUse === 'other') throw keyTaken();
  if (keyUse === 'same') return { kind: 'cancelled', row, now };

  const { totalAmount, status } = row.ticket;
  const ticket = { status, totalAmount, showStart: row.showStart, policy: row.policy };
  const decision = decideCancellation(ticket, now, request.expectedRefund);
  if (decision.kind !== 'cancel') return { kind: 'refused', row, now, refusal: decision };

  const { quote } = decision;
  const refundId = `refund-${randomUUID()}`;
  await atOnce([
    releaseSeats(tx, row.ticket).then((seatsReleased) =>
      addTicketEvent(tx, {
        userId,
        ticketId,
        type: 'CANCELLED',
        actor: 'USER',
        at: now,
        facts: { seatsSold: facts.seatsSold, seatsReleased },
      }),
    ),
    markCancelled(tx, facts),
    markRefunded(tx, facts, quote),
    insertRefund(tx, facts, refundId, quote),
    addNotifications(tx, row.ticket, 'TICKET_CANCELLED', now),
    keepKey(tx, clock, request, now),
    ...(quote.refundAmount > 0n ? [addJob(tx, 'send-refund', { traceId, userId, refundId })] : []),
    addJob(tx, 'send-notifications', { traceId, userId, ticketId, event: 'TICKET_CANCELLED' }),
  ]);

  return {
    kind: 'cancelled',
    now,
    row: { ...row, ticket: { ...row.ticket, status: 'CANCELLED', cancelledAt: now } },
  };
}

type Facts = Awaited<ReturnType<typeof readFacts>>;

/** Reads after the lock was given, in a statement of its own: only so it sees what others committed before. */
async function readFacts(tx: Transaction, clock: Clock, { userId, ticketId }: CancelRequest) {
  const [found] = await tx
    .select({
      ...ticketFields,
      policy: cancellationPolicies,
      payment: payments,
      now: sql`${clock.inTransaction}`.mapWith(tickets.bookingTime),
      seatsSold: sql<number>`(select count(*)::int from ${ticketSeats} where ${ticketSeats.userId} = ${tickets.userId} and ${ticketSeats.ticketId} = ${tickets.id})`,
    })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(cancellationPolicies, eq(cancellationPolicies.id, tickets.policyId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(and(eq(tickets.userId, userId), eq(tickets.id, ticketId)));
  if (!found) throw new Error('a locked ticket is gone');
  const { payment, now, seatsSold, ...row } = found;
  return { row, payment, now, seatsSold };
}

async function markCancelled(tx: Transaction, { row, now }: Facts): Promise<void> {
  await tx
    .update(tickets)
    .set({ status: 'CANCELLED', cancelledAt: now })
    .where(and(eq(tickets.userId, row.ticket.userId), eq(tickets.id, row.ticket.id)));
}

async function markRefunded(
  tx: Transaction,
  { row, payment, now }: Facts,
  { refundAmount }: Quote,
): Promise<void> {
  if (refundAmount === 0n) return;
  if (payment?.status !== 'SUCCESS' || payment.amount !== row.ticket.totalAmount) {
    throw new Error(`ticket ${row.ticket.id} is CONFIRMED without a payment of its total amount`);
  }
  await tx
    .update(payments)
    .set({ status: 'REFUNDED', refundAmount, refundInitiatedAt: now })
    .where(and(eq(payments.userId, payment.userId), eq(payments.id, payment.id)));
}

async function insertRefund(
  tx: Transaction,
  { row, payment, now }: Facts,
  id: string,
  quote: Quote,
): Promise<void> {
  await tx.insert(refunds).values({
    userId: row.ticket.userId,
    id,
    ticketId: row.ticket.id,
    paymentId: payment?.id ?? null,
    originalAmount: quote.originalAmount,
    cancellationFee: quote.cancellationFee,
    refundAmount: quote.refundAmount,
    ...(quote.refundAmount > 0n
      ? { status: 'PROCESSING' as const, nextAttemptAt: now }
      : { status: 'NOT_REQUIRED' as const }),
    etaMinBusinessDays: row.policy.etaMinBusinessDays,
    etaMaxBusinessDays: row.policy.etaMaxBusinessDays,
    requestedAt: now,
  });
}
