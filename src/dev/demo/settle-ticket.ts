import { minutesAfter } from '../../platform/time/india-time.ts';
import { quoteCancellation } from '../../tickets/policies/cancellation-policy.ts';
import type { Sale, SoldTicket } from './sale.ts';
import { seededCode } from './seeded-random.ts';

/** From the booking to the payment. */
export const PAYMENT_MINUTES = 2;
/** From the cancellation to the refund: five days contain at least three business days. */
export const REFUND_MINUTES = 5 * 24 * 60;

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
    status: refund ? (sale.cancelledAt ? 'REFUNDED' : 'PARTIALLY_REFUNDED') : 'SUCCESS',
    paymentTime: minutesAfter(sale.bookingTime, PAYMENT_MINUTES),
    refundAmount: refund?.refundAmount ?? null,
    refundInitiatedAt: refund?.requestedAt ?? null,
  };
}

/** A refund that was processed long ago. Null if nothing of the ticket is cancelled. */
export function refundFor(
  { show, policy, seats, discount, convenienceFee, cancelledAt, partlyCancelled }: Sale,
  ticket: SoldTicket['ticket'],
): SoldTicket['refund'] {
  const at = cancelledAt ?? partlyCancelled?.at;
  if (!at) return null;
  const { baseAmount, totalAmount } = ticket;
  const quote = quoteCancellation(
    {
      status: 'CONFIRMED',
      totalAmount,
      price: { baseAmount, discount, convenienceFee },
      showStart: show.startTime,
      policy,
      payment: { status: 'SUCCESS', amount: totalAmount },
      seats: seats.map(({ seatId, price }) => ({ seatId, price, cancelledAt: null })),
    },
    at,
    partlyCancelled ? seats.slice(0, partlyCancelled.seats).map(({ seatId }) => seatId) : null,
  );
  if (!quote) throw new Error(`${ticket.id} could not be cancelled at ${at.toISOString()}`);
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
    requestedAt: at,
    processedAt: minutesAfter(at, REFUND_MINUTES),
    bankReference: `UTR${seededCode(`${ticket.id} refund`, 12)}`,
  };
}

function paymentId(ticket: SoldTicket['ticket']): string {
  return ticket.id.replace('TKT-', 'payment-');
}
