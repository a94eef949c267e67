import type { Database } from '../../src/platform/db/database.ts';
import {
  cities,
  movies,
  payments,
  screens,
  seats,
  showSeats,
  shows,
  theaters,
  ticketEvents,
  ticketSeats,
  tickets,
  users,
} from '../../src/platform/db/tables/index.ts';

/** Rows for tests: a small catalogue, shows and tickets that satisfy all invariants. Amounts in paise. */

export const HOUR = 3_600_000;
export const MINUTE = 60_000;

type Status = (typeof tickets.$inferSelect)['status'];

export async function givenCatalogue(db: Database): Promise<void> {
  await db.insert(cities).values({ id: 'city-mumbai', name: 'Mumbai' });
  await db.insert(theaters).values({
    id: 'theater-pvr',
    cityId: 'city-mumbai',
    name: 'PVR Phoenix',
    address: 'High Street Phoenix, Lower Parel, Mumbai',
    timeZone: 'Asia/Kolkata',
  });
  await db.insert(screens).values({ id: 'screen-1', theaterId: 'theater-pvr', name: 'Screen 1' });
  await db.insert(seats).values(
    Array.from({ length: 20 }, (_, index) => ({
      id: `seat-A${index + 1}`,
      screenId: 'screen-1',
      row: 'A',
      number: String(index + 1),
      seatType: 'GOLD' as const,
    })),
  );
  await db.insert(movies).values({
    id: 'movie-endgame',
    name: 'Avengers: Endgame',
    posterUrl: '/posters/movie-endgame.svg',
    durationMinutes: 181,
    rating: 8.4,
  });
}

export async function givenUser(db: Database, id: string): Promise<void> {
  const row = { id, name: id, email: `${id}@example.com`, phone: null };
  await db.insert(users).values(row).onConflictDoNothing();
}

/** Inserts a show with the seats A1 to A20, all AVAILABLE at 200.00. */
export async function givenShow(db: Database, id: string, startTime: Date): Promise<void> {
  const endTime = new Date(startTime.getTime() + 181 * MINUTE);
  await db.insert(shows).values({ id, movieId: 'movie-endgame', screenId: 'screen-1', startTime, endTime });
  const places = await db.select().from(seats);
  await db.insert(showSeats).values(places.map((seat) => ({ showId: id, seatId: seat.id, price: 20_000n })));
}

export interface GivenTicket {
  id: string;
  userId?: string;
  showId?: string;
  showStart: Date;
  status?: Extract<Status, 'CONFIRMED' | 'PENDING_PAYMENT' | 'EXPIRED'>;
  seatNumbers?: string[];
  discount?: bigint;
  convenienceFee?: bigint;
  policyId?: string;
  bookingTime?: Date;
}

/**
 * Inserts a ticket with its show, seats, payment and events: by default that of the specification, 370.00 for A1 and
 * A2.
 */
export async function givenTicket(db: Database, given: GivenTicket): Promise<void> {
  const {
    id,
    userId = 'user-asha',
    showId = `show-${id}`,
    showStart,
    status = 'CONFIRMED',
    seatNumbers = ['1', '2'],
    discount = 5_000n,
    convenienceFee = 2_000n,
    policyId = 'policy-flat-10-v1',
    bookingTime = new Date(showStart.getTime() - 48 * HOUR),
  } = given;
  await givenUser(db, userId);
  if (given.showId === undefined) await givenShow(db, showId, showStart);

  const held = status === 'CONFIRMED' || status === 'PENDING_PAYMENT';
  const baseAmount = 20_000n * BigInt(seatNumbers.length);
  const totalAmount = baseAmount - discount + convenienceFee;
  await db.insert(tickets).values({
    userId,
    id,
    showId,
    policyId,
    status,
    bookingTime,
    holdExpiresAt: status === 'CONFIRMED' ? null : new Date(bookingTime.getTime() + 5 * MINUTE),
    baseAmount,
    discount,
    convenienceFee,
    totalAmount,
    // As docs/writers.md asks on Citus; elsewhere a trigger does it.
    listedStart: showStart,
    listedEnd: new Date(showStart.getTime() + 181 * MINUTE),
  });
  await db.insert(ticketSeats).values(
    seatNumbers.map((number) => ({
      userId,
      ticketId: id,
      seatId: `seat-A${number}`,
      row: 'A',
      number,
      seatType: 'GOLD' as const,
      price: 20_000n,
    })),
  );
  if (held)
    await holdSeats(db, {
      userId,
      id,
      showId,
      seatNumbers,
      locked: status === 'PENDING_PAYMENT' ? bookingTime : null,
    });
  if (status === 'CONFIRMED') {
    await db.insert(payments).values({
      userId,
      id: `payment-${id}`,
      ticketId: id,
      gateway: 'sandbox',
      transactionId: `pay_${id}`,
      paymentMode: 'UPI',
      amount: totalAmount,
      status: 'SUCCESS',
      paymentTime: bookingTime,
    });
  }
  await db
    .insert(ticketEvents)
    .values({ userId, ticketId: id, seq: 1, type: 'HELD', actor: 'USER', at: bookingTime });
  if (status === 'PENDING_PAYMENT') return;
  const second = { userId, ticketId: id, seq: 2, at: bookingTime };
  if (status === 'CONFIRMED')
    await db.insert(ticketEvents).values({ ...second, type: 'CONFIRMED', actor: 'GATEWAY' });
  else await db.insert(ticketEvents).values({ ...second, type: 'EXPIRED', actor: 'SYSTEM' });
}

async function holdSeats(
  db: Database,
  held: { userId: string; id: string; showId: string; seatNumbers: string[]; locked: Date | null },
): Promise<void> {
  const { userId, id: ticketId, showId, seatNumbers, locked } = held;
  for (const number of seatNumbers) {
    const holder = {
      status: locked ? ('LOCKED' as const) : ('BOOKED' as const),
      userId,
      ticketId,
      lockedAt: locked,
      lockedBy: locked ? userId : null,
    };
    await db
      .insert(showSeats)
      .values({ showId, seatId: `seat-A${number}`, price: 20_000n, ...holder })
      .onConflictDoUpdate({ target: [showSeats.showId, showSeats.seatId], set: holder });
  }
}
