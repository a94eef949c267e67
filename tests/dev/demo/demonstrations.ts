import type { OwnedTicket } from './owned-tickets.ts';

const HOUR = 60;
const DAY = 24 * HOUR;

/** What a demo must be able to show of the demo user's tickets, and which ticket shows it. */
export const DEMONSTRATIONS: Record<string, (owned: OwnedTicket) => boolean> = {
  'a ticket days ahead': ({ ticket, policy, minutesAhead }) =>
    ticket.status === 'CONFIRMED' && policy === 'FLAT_10' && within(minutesAhead, 26 * HOUR, 6 * DAY),

  'the worked example': ({ ticket, policy, payment, minutesAhead }) =>
    ticket.status === 'CONFIRMED' &&
    policy === 'FLAT_10' &&
    ticket.baseAmount === 400_00n &&
    ticket.discount === 50_00n &&
    ticket.convenienceFee === 20_00n &&
    ticket.totalAmount === 370_00n &&
    payment?.status === 'SUCCESS' &&
    payment.paymentMode === 'UPI' &&
    within(minutesAhead, 5.5 * HOUR, 7 * HOUR),

  'a ticket too late to cancel': ({ ticket, minutesAhead }) =>
    ticket.status === 'CONFIRMED' && within(minutesAhead, 10, 55),

  'a ticket of the past': ({ ticket, minutesAhead }) =>
    ticket.status === 'CONFIRMED' && minutesAhead < -4 * HOUR,

  'a cancelled ticket with its money back': ({ ticket, refund }) =>
    ticket.status === 'CANCELLED' && refund?.status === 'PROCESSED' && refund.bankReference !== null,

  'a ticket of which some seats were cancelled, with their money back': ({
    ticket,
    payment,
    refund,
    minutesAhead,
  }) =>
    ticket.status === 'CONFIRMED' &&
    payment?.status === 'PARTIALLY_REFUNDED' &&
    refund?.status === 'PROCESSED' &&
    minutesAhead > DAY,

  'a ticket of which any seats can be cancelled': ({ ticket, partial, payment, minutesAhead }) =>
    ticket.status === 'CONFIRMED' &&
    partial === 'ALLOWED' &&
    payment?.status === 'SUCCESS' &&
    minutesAhead > DAY,

  'a ticket that was never paid': ({ ticket }) => ticket.status === 'EXPIRED',

  'a ticket waiting for its payment': ({ ticket, minutesAhead }) =>
    ticket.status === 'PENDING_PAYMENT' && minutesAhead > 0,

  'a ticket under the tiered policy': ({ ticket, policy, minutesAhead }) =>
    ticket.status === 'CONFIRMED' && policy === 'TIERED_10_20' && minutesAhead > DAY,
};

function within(minutes: number, least: number, most: number): boolean {
  return least <= minutes && minutes <= most;
}
