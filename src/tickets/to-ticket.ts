import { Money } from '../platform/money/money.type.ts';
import { calendarEvent } from './calendar-event.ts';
import { toPayment } from './payments/payment.type.ts';
import { toRefund, toRefundOfTicket } from './payments/refund.type.ts';
import type { PaymentRow, RefundRow } from './payments/shown-columns.ts';
import {
  type CancellableTicket,
  canCancel,
  cancelDeadline,
  quoteCancellation,
} from './policies/cancellation-policy.ts';
import { toCancellationPolicyType } from './policies/cancellation-policy.type.ts';
import { toCancellationQuote } from './policies/cancellation-quote.type.ts';
import { paidShares } from './policies/paid-shares.ts';
import { type SoldSeat, toTicketSeat } from './seats/seat.type.ts';
import { seatLabel } from './seats/seat-label.ts';
import { findSeats } from './seats/ticket-seat-id.ts';
import type { SeatMapSeat } from './shows/seat-map-seat.type.ts';
import type { Show } from './shows/show.type.ts';
import type { Ticket } from './ticket.type.ts';
import { type CancellationFacts, type EventRow, priceOf, type TicketRow } from './ticket-row.ts';
import { ticketTiming } from './ticket-timing.ts';
import { toTicketEvent } from './timeline/ticket-event.type.ts';

/** The data of a ticket besides its row. A part is undefined if no selected field needs it. */
export interface TicketParts {
  show: Omit<Show, 'seatMap'> | undefined;
  /** The seat map of the hall. */
  seatMap: SeatMapSeat[] | undefined;
  /** Sorted: A2 before A10. */
  seats: SoldSeat[] | undefined;
  /** The labels of the seats, sorted. */
  seatLabels: string[] | undefined;
  payment: PaymentRow | null | undefined;
  /** Sorted by their steps. */
  refunds: RefundRow[] | undefined;
  /** Oldest first. */
  events: EventRow[] | undefined;
  /** A PNG data URL; null unless the ticket is CONFIRMED. */
  qrCode: string | null | undefined;
  /** What canCancel and the quote need; null if the ticket cannot be cancelled anyway. */
  cancellation: CancellationFacts | null | undefined;
}

/** The fields that need a part, or that need the show, the policy or the rarely used columns of the row. */
const FIELDS_OF: Record<keyof TicketParts | 'screening' | 'policy' | 'rareColumns', readonly string[]> = {
  screening: ['show', 'timing', 'canCancel', 'cancelDeadline', 'cancellationQuote', 'calendarEvent'],
  policy: ['canCancel', 'cancelDeadline', 'cancellationQuote', 'cancellationPolicy'],
  show: ['show', 'calendarEvent'],
  seatMap: ['show.seatMap'],
  seats: ['seats', 'calendarEvent'],
  seatLabels: ['seatsCount', 'seatNumbers'],
  payment: ['payment'],
  cancellation: ['canCancel', 'cancellationQuote'],
  refunds: ['refund', 'refunds', 'seats.refund'],
  events: ['timeline'],
  qrCode: ['qrCode'],
  rareColumns: ['pricing', 'cancelledAt', 'holdExpiresAt', 'seats.paidAmount', 'seats.cancelledAt'],
};

/** Whether one of the selected fields needs the part. */
export function needs(fields: ReadonlySet<string>, part: keyof typeof FIELDS_OF): boolean {
  return FIELDS_OF[part].some((field) => fields.has(field));
}

/** The data from which a ticket is built. */
export interface TicketFacts {
  row: TicketRow;
  parts: TicketParts;
  /** The time for all derived fields. */
  now: Date;
  /** The e-mail address that calendar files name as the organizer. */
  organizer: string;
}

/**
 * Returns a function that builds the selected fields of a ticket. It builds them before GraphQL executes them, so an
 * error is an error of the resolver. Only the quote, which has an argument, is built when GraphQL reads it.
 *
 * @param fields names of fields; others than those of Ticket are ignored
 */
export function ticketMaker(fields: Iterable<string>): (facts: TicketFacts) => Ticket {
  const asked = [...fields].filter(isField).map((name) => ({ name, make: FIELDS[name] }));
  return (facts) => {
    const ticket: Partial<Record<string, unknown>> = {};
    for (const { name, make } of asked) ticket[name] = make(facts);
    return ticket as unknown as Ticket;
  };
}

function isField(name: string): name is keyof Ticket {
  return Object.hasOwn(FIELDS, name);
}

const FIELDS: { [Name in keyof Ticket]: (facts: TicketFacts) => Ticket[Name] } = {
  id: ({ row }) => row.ticket.id,
  bookingTime: ({ row }) => row.ticket.bookingTime,
  status: ({ row }) => row.ticket.status,
  timing: ({ row, now }) => ticketTiming(row, now),
  totalAmount: ({ row }) => new Money(row.ticket.totalAmount),
  pricing: ({ row: { ticket } }) => ({
    baseAmount: new Money(read(ticket.baseAmount)),
    discount: new Money(read(ticket.discount)),
    convenienceFee: new Money(read(ticket.convenienceFee)),
    totalAmount: new Money(ticket.totalAmount),
  }),
  canCancel: (facts) => canCancel(cancellable(facts), facts.now),
  cancelDeadline: ({ row }) => cancelDeadline(row),
  cancellationQuote:
    (facts) =>
    ({ seatIds: ids }) => {
      const { row, parts, now } = facts;
      // Most tickets cannot be cancelled, and a client may select the quotes of many choices of each.
      if (row.ticket.status !== 'CONFIRMED') return null;
      const seats = read(parts.cancellation)?.seats ?? [];
      const seatIds = ids == null ? null : findSeats(seats, row.ticket.id, ids);
      if (ids != null && !seatIds) return null;
      const quote = quoteCancellation(cancellable(facts), now, seatIds);
      return quote && toCancellationQuote(quote, row.policy);
    },
  cancellationPolicy: ({ row }) => toCancellationPolicyType(row.policy),
  cancelledAt: ({ row }) => read(row.ticket.cancelledAt),
  holdExpiresAt: ({ row: { ticket } }) =>
    ticket.status === 'PENDING_PAYMENT' ? read(ticket.holdExpiresAt) : null,
  // Without a selected seat map, GraphQL does not read the property.
  show: ({ parts: { show, seatMap } }) => (seatMap ? { ...read(show), seatMap } : (read(show) as Show)),
  seats: ({ row, parts }) => {
    const { ticket } = row;
    const seats = read(parts.seats);
    const price = priceOf(row);
    const facts = {
      ticketId: ticket.id,
      showId: ticket.showId,
      isCancelled: ticket.status === 'CANCELLED',
      cancelledAt: ticket.cancelledAt,
      shares: price && paidShares(price, seats),
      refunds: parts.refunds,
    };
    return seats.map((seat) => toTicketSeat(seat, facts));
  },
  seatsCount: ({ parts }) => read(parts.seatLabels).length,
  seatNumbers: ({ parts }) => read(parts.seatLabels),
  payment: ({ parts }) => {
    const payment = read(parts.payment);
    return payment && toPayment(payment);
  },
  refund: ({ row: { ticket }, parts }) =>
    ticket.status === 'CANCELLED' ? toRefundOfTicket(ticket.id, read(parts.refunds)) : null,
  refunds: ({ parts }) => read(parts.refunds).map(toRefund),
  qrCode: ({ parts }) => read(parts.qrCode),
  calendarEvent: ({ row, parts, now, organizer }) => {
    const { id, status, bookingTime } = row.ticket;
    if (status !== 'CONFIRMED' && status !== 'CANCELLED') return null;
    const { movie, screen, theater, startTime, endTime } = read(parts.show);
    const facts = {
      ticketId: id,
      status,
      bookingTime,
      movie: movie.name,
      theater,
      screen: screen.name,
      seats: read(parts.seats)
        .filter(({ cancelledAt }) => status === 'CANCELLED' || cancelledAt === null)
        .map(seatLabel),
      showStart: startTime,
      showEnd: endTime,
    };
    return calendarEvent(facts, organizer, now);
  },
  timeline: ({ parts }) => read(parts.events).map(toTicketEvent),
};

function cancellable({ row: { ticket, showStart, policy }, parts }: TicketFacts): CancellableTicket {
  const { status, totalAmount } = ticket;
  const { payment = null, price, seats } = read(parts.cancellation) ?? {};
  return { status, totalAmount, showStart, policy, payment, price, seats };
}

function read<Part>(part: Part | undefined): Part {
  if (part === undefined) throw new Error('a part of the ticket was not read: add the field to FIELDS_OF');
  return part;
}
