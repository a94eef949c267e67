import { and, asc, between, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { seats, showSeats, shows } from '../../platform/db/tables/index.ts';
import { minutesAfter } from '../../platform/time/india-time.ts';
import { loadShows } from './load-shows.ts';
import { MOVIES } from './movies.ts';
import type { SeatForSale } from './sale.ts';
import type { PlannedShow } from './schedule.ts';
import { seededRandom } from './seeded-random.ts';
import { planSpecialShow } from './special-show.ts';
import { SCREENS } from './theaters.ts';
import { showWindow, type TicketKind } from './ticket-kinds.ts';

/** Finds free seats for a kind of ticket, in a scheduled show or, if none has them, in a new special show. */
export async function findSeats(
  tx: Transaction,
  kind: TicketKind,
  now: Date,
): Promise<{ show: PlannedShow; seats: SeatForSale[] }> {
  const { earliest, latest } = showWindow(kind, now);
  const running = await tx
    .select()
    .from(shows)
    .where(between(shows.startTime, earliest, latest));
  for (const show of shuffled(running, kind)) {
    const free = await freeSeats(tx, show, kind);
    if (free.length === kind.seats) return { show, seats: free };
  }
  const show = await addSpecialShow(tx, kind, earliest, latest);
  return { show, seats: await freeSeats(tx, show, kind) };
}

/**
 * Shuffles the shows by a seed of each kind, so that the tickets are not all for one show. The kind's movie comes
 * first.
 */
function shuffled(running: readonly PlannedShow[], kind: TicketKind): PlannedShow[] {
  const rank = new Map(
    running.map(({ id, movieId }) => [
      id,
      seededRandom(`${kind.name} ${id}`)() + (movieId === kind.movieId ? 0 : 1),
    ]),
  );
  return running.toSorted((a, b) => (rank.get(a.id) ?? 0) - (rank.get(b.id) ?? 0));
}

async function freeSeats(tx: Transaction, show: PlannedShow, kind: TicketKind): Promise<SeatForSale[]> {
  const { seatId, price } = showSeats;
  const { row, number, seatType } = seats;
  return await tx
    .select({ seatId, row, number, seatType, price })
    .from(showSeats)
    .innerJoin(seats, eq(seats.id, seatId))
    .where(
      and(
        eq(showSeats.showId, show.id),
        eq(showSeats.status, 'AVAILABLE'),
        eq(seatType, kind.seatType),
        kind.seatPrice === undefined ? undefined : eq(price, kind.seatPrice),
      ),
    )
    .orderBy(asc(row), sql`length(${number})`, asc(number))
    .limit(kind.seats);
}

async function addSpecialShow(
  tx: Transaction,
  kind: TicketKind,
  earliest: Date,
  latest: Date,
): Promise<PlannedShow> {
  const sixHours = 6 * 60;
  const near = await tx
    .select()
    .from(shows)
    .where(between(shows.startTime, minutesAfter(earliest, -sixHours), minutesAfter(latest, sixHours)));
  const { seatType, seatPrice } = kind;
  const screens = SCREENS.filter(({ prices }) => seatPrice === undefined || prices[seatType] === seatPrice);
  const shortestFirst = MOVIES.toSorted((a, b) => a.durationMinutes - b.durationMinutes);
  const movies = [...MOVIES.filter(({ id }) => id === kind.movieId), ...shortestFirst];
  const show = planSpecialShow(near, screens, movies, earliest, latest);
  if (!show) throw new Error(`no screen is free for a ticket ${kind.name}`);
  await loadShows(tx, [show]);
  return show;
}
