import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { payments, refunds, tickets } from '../platform/db/tables/index.ts';
import { refundIdOf } from '../refunds/refund-id.ts';
import type { Quote } from '../tickets/policies/cancellation-policy.ts';
import type { SoldSeat } from '../tickets/seats/seat.type.ts';
import { seatLabels } from '../tickets/seats/seat-label.ts';
import { addTicketEvent } from '../tickets/timeline/add-ticket-event.ts';
import type { CancellationFacts } from './cancellation-facts.ts';

/** A cancellation that was decided, to be written. */
export interface Cancellation {
  userId: string;
  ticketId: string;
  /** Counts the cancellations of the ticket from 1. */
  step: number;
  refundId: string;
  /** The seats that it cancels. */
  seats: SoldSeat[];
  /** Whether no live seat is left. */
  isWhole: boolean;
  /** Those of the seats that the ticket still holds. Others were blocked or resold meanwhile. */
  releasedSeatIds: string[];
  quote: Quote;
}

/**
 * @param seatIds the chosen seats; null for every live one
 * @param heldSeatIds the seats that the ticket holds
 */
export function planCancellation(
  { row, lastStep }: CancellationFacts,
  quote: Quote,
  seatIds: readonly string[] | null,
  heldSeatIds: readonly string[],
): Cancellation {
  const { userId, id: ticketId } = row.ticket;
  const live = row.seats.filter(({ cancelledAt }) => cancelledAt === null);
  const seats = live.filter(({ seatId }) => seatIds === null || seatIds.includes(seatId));
  const isWhole = seats.length === live.length;
  const step = lastStep + 1;
  const isReleased = (seatId: string) => isWhole || seats.some((seat) => seat.seatId === seatId);
  return {
    userId,
    ticketId,
    step,
    refundId: refundIdOf({ userId, ticketId }, step),
    seats,
    isWhole,
    releasedSeatIds: heldSeatIds.filter(isReleased),
    quote,
  };
}

/** The event that the user is notified about. */
export function notificationEventOf({ isWhole }: Pick<Cancellation, 'isWhole'>) {
  return isWhole ? 'TICKET_CANCELLED' : 'SEATS_CANCELLED';
}

/** The ticket's row as the cancellation leaves it. */
export function rowAfter(
  row: CancellationFacts['row'],
  { seats, isWhole, refundId }: Cancellation,
  now: Date,
): CancellationFacts['row'] {
  if (isWhole) return { ...row, ticket: { ...row.ticket, status: 'CANCELLED', cancelledAt: now } };
  const after = (seat: SoldSeat) => (seats.includes(seat) ? { ...seat, cancelledAt: now, refundId } : seat);
  return { ...row, seats: row.seats.map(after) };
}

export function addCancelledEvent(
  tx: Transaction,
  { userId, ticketId, refundId, isWhole, seats, releasedSeatIds }: Cancellation,
  now: Date,
): Promise<void> {
  const counts = { refundId, seatsSold: seats.length, seatsReleased: releasedSeatIds.length };
  return addTicketEvent(tx, {
    userId,
    ticketId,
    type: isWhole ? 'CANCELLED' : 'SEATS_CANCELLED',
    actor: 'USER',
    at: now,
    facts: isWhole ? counts : { ...counts, seats: seatLabels(seats) },
  });
}

const markTicket = statement((db) =>
  db
    .update(tickets)
    .set({ status: 'CANCELLED', cancelledAt: sql`${sql.param(sql.placeholder('now'), tickets.cancelledAt)}` })
    .where(and(eq(tickets.userId, sql.placeholder('userId')), eq(tickets.id, sql.placeholder('ticketId'))))
    .prepare('mark_cancelled'),
);

export async function markCancelled(
  tx: Transaction,
  { userId, ticketId }: Pick<Cancellation, 'userId' | 'ticketId'>,
  now: Date,
): Promise<void> {
  await markTicket(tx, { userId, ticketId, now });
}

const refundPayment = statement((db) =>
  db
    .update(payments)
    .set({
      status: sql`${sql.placeholder('status')}`,
      refundAmount: sql`${sql.placeholder('refundAmount')}`,
      refundInitiatedAt: sql`${sql.param(sql.placeholder('initiatedAt'), payments.refundInitiatedAt)}`,
    })
    .where(and(eq(payments.userId, sql.placeholder('userId')), eq(payments.id, sql.placeholder('id'))))
    .prepare('refund_payment'),
);

/** Adds the refund to those promised before. A payment of which nothing goes back stays as it is. */
export async function markRefunded(
  tx: Transaction,
  { payment, now }: CancellationFacts,
  { userId, isWhole, quote }: Cancellation,
): Promise<void> {
  if (!payment) return;
  const before = payment.refundAmount ?? 0n;
  const refundAmount = before + quote.refundAmount;
  if (refundAmount === 0n || (quote.refundAmount === 0n && !isWhole)) return;
  const status = isWhole ? 'REFUNDED' : 'PARTIALLY_REFUNDED';
  const initiatedAt = quote.refundAmount > 0n ? now : payment.refundInitiatedAt;
  await refundPayment(tx, { userId, id: payment.id, status, refundAmount, initiatedAt });
}

const newRefund = statement((db) =>
  db
    .insert(refunds)
    .values({
      userId: sql.placeholder('userId'),
      id: sql.placeholder('id'),
      ticketId: sql.placeholder('ticketId'),
      step: sql.placeholder('step'),
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

export async function insertRefund(
  tx: Transaction,
  { row, payment, now }: CancellationFacts,
  { userId, ticketId, step, refundId, quote }: Cancellation,
) {
  const isDue = quote.refundAmount > 0n;
  const values: typeof refunds.$inferInsert = {
    userId,
    id: refundId,
    ticketId,
    step,
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
