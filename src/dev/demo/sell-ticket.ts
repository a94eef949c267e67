import { indiaDay, minutesAfter } from '../../platform/time/india-time.ts';
import type { Sale, SoldTicket } from './sale.ts';
import { seededCode } from './seeded-random.ts';
import { PAYMENT_MINUTES, payFor, refundFor } from './settle-ticket.ts';

const HOLD_MINUTES = 5;

/** Makes all rows of a ticket. */
export function sellTicket(sale: Sale): SoldTicket {
  const ticket = ticketOf(sale);
  const key = { userId: sale.userId, ticketId: ticket.id };
  const refund = refundFor(sale, ticket);
  return {
    ticket,
    seats: sale.seats.map((seat) => ({ ...key, ...seat })),
    events: eventsOf(sale).map((event, index) => ({ ...key, seq: index + 1, ...event })),
    payment: isPaid(sale) ? payFor(sale, ticket, refund) : null,
    refund,
  };
}

function ticketOf(sale: Sale): SoldTicket['ticket'] {
  const { userId, ordinal, show, policy, status, bookingTime, cancelledAt, discount, convenienceFee } = sale;
  const baseAmount = sale.seats.reduce((sum, seat) => sum + seat.price, 0n);
  return {
    userId,
    id: `TKT-${indiaDay(bookingTime).replaceAll('-', '')}-${seededCode(`${userId} ${ordinal}`, 6)}`,
    showId: show.id,
    policyId: policy.id,
    status,
    bookingTime,
    holdExpiresAt: isPaid(sale) ? null : holdEnd(sale),
    cancelledAt,
    baseAmount,
    discount,
    convenienceFee,
    totalAmount: baseAmount - discount + convenienceFee,
  };
}

function eventsOf(sale: Sale): Pick<SoldTicket['events'][number], 'type' | 'actor' | 'at' | 'facts'>[] {
  const { status, bookingTime, cancelledAt, seats } = sale;
  const facts = { seatsSold: seats.length, seatsReleased: seats.length };
  return [
    { type: 'HELD', actor: 'USER', at: bookingTime },
    ...(isPaid(sale)
      ? [{ type: 'CONFIRMED', actor: 'GATEWAY', at: minutesAfter(bookingTime, PAYMENT_MINUTES) } as const]
      : []),
    ...(status === 'EXPIRED' ? [{ type: 'EXPIRED', actor: 'SYSTEM', at: holdEnd(sale) } as const] : []),
    ...(cancelledAt ? [{ type: 'CANCELLED', actor: 'USER', at: cancelledAt, facts } as const] : []),
  ];
}

function isPaid({ status }: Sale): boolean {
  return status === 'CONFIRMED' || status === 'CANCELLED';
}

function holdEnd({ bookingTime }: Sale): Date {
  return minutesAfter(bookingTime, HOLD_MINUTES);
}
