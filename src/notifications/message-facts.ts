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
import { bySeat, seatLabel } from '../tickets/seats/seat-label.ts';
import type { NotificationKey } from './notification-key.ts';

/** The data of a message, read when it is sent. Amounts are in paise, days are YYYY-MM-DD. */
export interface MessageFacts {
  event: NotificationKey['event'];
  user: { name: string; email: string; phone: string | null; locale: string };
  ticketId: string;
  bookingTime: Date;
  movie: string;
  theater: { name: string; address: string; city: string; timeZone: string };
  screen: string;
  /** In the order of the hall. */
  seats: string[];
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

/** Null if there is no such ticket or it is not cancelled. */
export async function readMessageFacts(
  db: Database,
  { userId, ticketId, event }: NotificationKey,
): Promise<MessageFacts | null> {
  const [row] = await db
    .select({
      user: { name: users.name, email: users.email, phone: users.phone, locale: users.locale },
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
    .where(and(eq(tickets.userId, userId), eq(tickets.id, ticketId)));
  if (!row) return null;
  const seats = await db
    .select({ row: ticketSeats.row, number: ticketSeats.number })
    .from(ticketSeats)
    .where(and(eq(ticketSeats.userId, userId), eq(ticketSeats.ticketId, ticketId)));
  const { refund, ...facts } = row;
  return {
    ...facts,
    event,
    ticketId,
    seats: seats.sort(bySeat).map(seatLabel),
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
