/** The money rows of one ticket: its payment and, if it was cancelled, its refund. */

import { minutesAfter } from '../../platform/time/india-time.ts';
import { quoteCancellation } from '../../tickets/policies/cancellation-policy.ts';
import type { Sale, SoldTicket } from './sale.ts';
import { seededCode } from './seeded-random.ts';

/** Minutes from the booking. */
export const PAYING_TAKES = 2;
/** Minutes: five days hold three business days at least. */
export const REFUNDING_TAKES = 5 * 24 * 60;

export function payFor(
  sale: Sale,
  ticket: SoldTicket['ticket'],
  refund: SoldTicket['refund'],
): NonNullable<SoldTicket['payment']> {
  return {
    userId: ticket.userId,
    id: paymentId(ticket),
    ticketId: ticket.id,
    gateway: 'sandbox',
    transactionId: `pay_${seededCode(`${ticket.id} payment`, 14)}`,
    paymentMode: sale.paymentMode,
    amount: ticket.totalAmount,
    status: refund ? 'REFUNDED' : 'SUCCESS',
    paymentTime: minutesAfter(sale.bookingTime, PAYING_TAKES),
    refundAmount: refund?.refundAmount ?? null,
    refundInitiatedAt: refund?.requestedAt ?? null,
  };
}

/** Long since paid out; null when the ticket was not cancelled. */
export function refundFor(
  { show, policy, cancelledAt }: Sale,
  ticket: SoldTicket['ticket'],
): SoldTicket['refund'] {
  if (!cancelledAt) return null;
  const { totalAmount } = ticket;
  const quote = quoteCancellation(
    { status: 'CONFIRMED', totalAmount, showStart: show.startTime, policy },
    cancelledAt,
  );
  if (!quote) throw new Error(`${ticket.id} could not be cancelled at ${cancelledAt.toISOString()}`);
  return {
    userId: ticket.userId,
    id: ticket.id.replace('TKT-', 'refund-'),
    ticketId: ticket.id,
    paymentId: paymentId(ticket),
    originalAmount: quote.originalAmount,
    cancellationFee: quote.cancellationFee,
    refundAmount: quote.refundAmount,
    status: 'PROCESSED',
    etaMinBusinessDays: policy.etaMinBusinessDays,
    etaMaxBusinessDays: policy.etaMaxBusinessDays,
    requestedAt: cancelledAt,
    processedAt: minutesAfter(cancelledAt, REFUNDING_TAKES),
    bankReference: `UTR${seededCode(`${ticket.id} refund`, 12)}`,
  };
}

function paymentId(ticket: SoldTicket['ticket']): string {
  return ticket.id.replace('TKT-', 'payment-');
}
