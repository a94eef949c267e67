import { indiaDay, minutesAfter } from '../../platform/time/india-time.ts';
import { seatLabels } from '../../tickets/seats/seat-label.ts';
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
    seats: sale.seats.map((seat, index) => ({ ...key, ...seat, ...markOf(index, sale, refund) })),
    events: eventsOf(sale, refund).map((event, index) => ({ ...key, seq: index + 1, ...event })),
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

/** How a seat is marked that was cancelled before the rest of its ticket. */
function markOf(index: number, { partlyCancelled }: Sale, refund: SoldTicket['refund']) {
  const isCancelled = partlyCancelled !== undefined && index < partlyCancelled.seats;
  return { cancelledAt: isCancelled ? partlyCancelled.at : null, refundId: isCancelled ? refund?.id : null };
}

type Event = Pick<SoldTicket['events'][number], 'type' | 'actor' | 'at' | 'facts'>;

function eventsOf(sale: Sale, refund: SoldTicket['refund']): Event[] {
  const { status, bookingTime } = sale;
  return [
    { type: 'HELD', actor: 'USER', at: bookingTime },
    ...(isPaid(sale)
      ? [{ type: 'CONFIRMED', actor: 'GATEWAY', at: minutesAfter(bookingTime, PAYMENT_MINUTES) } as const]
      : []),
    ...(status === 'EXPIRED' ? [{ type: 'EXPIRED', actor: 'SYSTEM', at: holdEnd(sale) } as const] : []),
    ...(refund ? refundEvents(sale, refund) : []),
  ];
}

/** The cancellation and its refund, as `record-cancellation.ts` and `record-gateway-reply.ts` write them. */
function refundEvents({ seats, partlyCancelled }: Sale, refund: NonNullable<SoldTicket['refund']>): Event[] {
  const { id: refundId, requestedAt, processedAt } = refund;
  const cancelled = seats.slice(0, partlyCancelled?.seats);
  const labels = partlyCancelled && { seats: seatLabels(cancelled) };
  const counts = { seatsSold: cancelled.length, seatsReleased: cancelled.length };
  return [
    {
      type: partlyCancelled ? 'SEATS_CANCELLED' : 'CANCELLED',
      actor: 'USER',
      at: requestedAt,
      facts: { refundId, ...counts, ...labels },
    },
    ...(processedAt
      ? [
          {
            type: 'REFUND_PROCESSED',
            actor: 'GATEWAY',
            at: processedAt,
            facts: { refundId, ...labels },
          } as const,
        ]
      : []),
  ];
}

function isPaid({ status }: Sale): boolean {
  return status === 'CONFIRMED' || status === 'CANCELLED';
}

function holdEnd({ bookingTime }: Sale): Date {
  return minutesAfter(bookingTime, HOLD_MINUTES);
}
