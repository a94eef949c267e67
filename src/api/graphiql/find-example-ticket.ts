import { and, desc, eq, gt } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { payments, shows, tickets } from '../../platform/db/tables/index.ts';
import { formatRupees } from '../../platform/money/money.ts';
import { quoteCancellation } from '../../tickets/policies/cancellation-policy.ts';
import { bySeat } from '../../tickets/seats/seat-label.ts';
import { ticketSeatId } from '../../tickets/seats/ticket-seat-id.ts';
import { seatsOfTicketOf, ticketFields, withPolicies } from '../../tickets/ticket-row.ts';

export interface ExampleTicket {
  id: string;
  /** The refund now, as `expectedRefund` wants it. */
  refund: string;
  /** Of another ticket. Null if there is none with seats to choose from. */
  seats: ExampleSeats | null;
}

/** Some seats of a ticket, and their refund now. */
export interface ExampleSeats {
  ticketId: string;
  seatIds: string[];
  refund: string;
}

/** Finds the user's ticket with the latest show that can be cancelled, and a seat of another one. Null if none can be. */
export async function findExampleTicket(
  db: Database,
  userId: string,
  now: Date,
): Promise<ExampleTicket | null> {
  const [whole, ...others] = (await findUpcoming(db, userId, now)).flatMap((row) => {
    const quote = quoteCancellation(toCancellable(row), now);
    return quote ? [{ ...row, quote }] : [];
  });
  if (!whole) return null;
  const seats = others.flatMap((row) => {
    const last = row.seats
      .filter(({ cancelledAt }) => cancelledAt === null)
      .sort(bySeat)
      .at(-1);
    const quote = last && quoteCancellation(toCancellable(row), now, [last.seatId]);
    if (!quote) return [];
    const { id: ticketId } = row.ticket;
    return [{ ticketId, seatIds: [ticketSeatId(ticketId, last)], refund: formatRupees(quote.refundAmount) }];
  });
  return { id: whole.ticket.id, refund: formatRupees(whole.quote.refundAmount), seats: seats[0] ?? null };
}

/** The user's tickets whose show has not begun, the latest show first. */
async function findUpcoming(db: Database, userId: string, now: Date) {
  const upcoming = await db
    .select({ ...ticketFields, payment: payments, seats: seatsOfTicketOf(tickets.userId) })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
    .where(and(eq(tickets.userId, userId), eq(tickets.status, 'CONFIRMED'), gt(shows.startTime, now)))
    .orderBy(desc(shows.startTime), desc(tickets.id));
  return withPolicies(db, upcoming);
}

type Upcoming = Awaited<ReturnType<typeof findUpcoming>>[number];

function toCancellable({ ticket, showStart, policy, payment, seats }: Upcoming) {
  return { ...ticket, showStart, policy, payment, price: ticket, seats };
}
