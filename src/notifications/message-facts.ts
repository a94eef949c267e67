import { and, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import {
  cities,
  movies,
  refunds,
  screens,
  shows,
  theaters,
  ticketSeats,
  tickets,
  users,
} from '../platform/db/tables/index.ts';
import { businessDaysAfter } from '../tickets/payments/refund-eta.ts';
import { FIRST_STEP } from '../tickets/payments/refund-step.ts';
import { seatLabels } from '../tickets/seats/seat-label.ts';
import { seatsOfRefund } from '../tickets/seats/seats-of-refund.ts';
import type { NotificationKey } from './notification-key.ts';

/** The data of a message about a refund, read when it is sent. Amounts are in paise, days are YYYY-MM-DD. */
export interface MessageFacts {
  event: NotificationKey['event'];
  user: { name: string; email: string; phone: string | null; locale: string };
  ticketId: string;
  bookingTime: Date;
  movie: string;
  theater: { name: string; address: string; city: string; timeZone: string };
  screen: string;
  /** The seats that were cancelled, in the order of the hall. */
  seats: string[];
  /** Whether only some of the ticket's seats were cancelled, so that the message names them. */
  isOfSeats: boolean;
  /** The seats that are still live, in the order of the hall. None: the whole ticket is cancelled. */
  seatsKept: string[];
  showStart: Date;
  showEnd: Date;
  paid: bigint;
  fee: bigint;
  refund: bigint;
  refundStatus: (typeof refunds.$inferSelect)['status'];
  etaFrom: string;
  etaTo: string;
  /** "3-5" */
  etaBusinessDays: string;
  bankReference: string | null;
  /** Safe to show to the user. */
  failureReason: string | null;
}

/** Reads what a message about a refund contains. Null if there is no such refund. */
export async function readMessageFacts(
  db: Database,
  { userId, ticketId, refundId, event }: NotificationKey,
): Promise<MessageFacts | null> {
  const [row] = await db
    .select({
      user: { name: users.name, email: users.email, phone: users.phone, locale: users.locale },
      ticketId: tickets.id,
      ticketStatus: tickets.status,
      bookingTime: tickets.bookingTime,
      movie: movies.name,
      theater: {
        name: theaters.name,
        address: theaters.address,
        city: cities.name,
        timeZone: theaters.timeZone,
      },
      screen: screens.name,
      showStart: shows.startTime,
      showEnd: shows.endTime,
      refund: refunds,
    })
    .from(tickets)
    .innerJoin(refunds, and(eq(refunds.userId, tickets.userId), eq(refunds.ticketId, tickets.id)))
    .innerJoin(users, eq(users.id, tickets.userId))
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .innerJoin(movies, eq(movies.id, shows.movieId))
    .innerJoin(screens, eq(screens.id, shows.screenId))
    .innerJoin(theaters, eq(theaters.id, screens.theaterId))
    .innerJoin(cities, eq(cities.id, theaters.cityId))
    .where(
      and(
        eq(tickets.userId, userId),
        eq(refunds.userId, userId),
        ticketId === null
          ? eq(refunds.id, refundId ?? '')
          : and(eq(tickets.id, ticketId), eq(refunds.step, FIRST_STEP)),
      ),
    );
  if (!row) return null;
  const seats = await db
    .select({ row: ticketSeats.row, number: ticketSeats.number, refundId: ticketSeats.refundId })
    .from(ticketSeats)
    .where(and(eq(ticketSeats.userId, userId), eq(ticketSeats.ticketId, row.ticketId)));
  const { refund, ticketStatus, ...facts } = row;
  return {
    ...facts,
    event,
    seats: seatLabels(seatsOfRefund(seats, refund.id)),
    isOfSeats: seats.some((seat) => seat.refundId === refund.id),
    seatsKept: ticketStatus === 'CANCELLED' ? [] : seatLabels(seats.filter((seat) => seat.refundId === null)),
    paid: refund.originalAmount,
    fee: refund.cancellationFee,
    refund: refund.refundAmount,
    refundStatus: refund.status,
    etaFrom: businessDaysAfter(refund.requestedAt, refund.etaMinBusinessDays),
    etaTo: businessDaysAfter(refund.requestedAt, refund.etaMaxBusinessDays),
    etaBusinessDays: [...new Set([refund.etaMinBusinessDays, refund.etaMaxBusinessDays])].join('-'),
    bankReference: refund.bankReference,
    failureReason: refund.failureReason,
  };
}
