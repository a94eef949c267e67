import { sql } from 'drizzle-orm';
import {
  check,
  index,
  integer,
  numeric,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
} from 'drizzle-orm/pg-core';
import { id, instant, isExact, paise } from './columns.ts';

export const seatType = pgEnum('seat_type', ['GOLD', 'DIAMOND', 'PLATINUM']);
export const showSeatStatus = pgEnum('show_seat_status', ['AVAILABLE', 'LOCKED', 'BOOKED', 'BLOCKED']);

export const cities = pgTable(
  'cities',
  { id: id('id').primaryKey(), name: text('name').notNull() },
  (city) => [check('cities_id_prefix', sql`${city.id} like 'city-%'`)],
);

export const theaters = pgTable(
  'theaters',
  {
    id: id('id').primaryKey(),
    cityId: id('city_id')
      .notNull()
      .references(() => cities.id),
    name: text('name').notNull(),
    address: text('address').notNull(),
    /** IANA name, such as Asia/Kolkata. */
    timeZone: text('time_zone').notNull(),
  },
  (theater) => [check('theaters_id_prefix', sql`${theater.id} like 'theater-%'`)],
);

export const screens = pgTable(
  'screens',
  {
    id: id('id').primaryKey(),
    theaterId: id('theater_id')
      .notNull()
      .references(() => theaters.id),
    name: text('name').notNull(),
  },
  (screen) => [check('screens_id_prefix', sql`${screen.id} like 'screen-%'`)],
);

export const seats = pgTable(
  'seats',
  {
    id: id('id').primaryKey(),
    screenId: id('screen_id')
      .notNull()
      .references(() => screens.id),
    row: id('row').notNull(),
    number: id('number').notNull(),
    seatType: seatType('seat_type').notNull(),
  },
  (seat) => [
    unique('seats_place').on(seat.screenId, seat.row, seat.number),
    check('seats_id_prefix', sql`${seat.id} like 'seat-%'`),
  ],
);

export const movies = pgTable(
  'movies',
  {
    id: id('id').primaryKey(),
    name: text('name').notNull(),
    /** Absolute, or a path on this server. */
    posterUrl: text('poster_url').notNull(),
    durationMinutes: integer('duration_minutes').notNull(),
    /** Viewers' rating out of ten; null until rated. */
    rating: numeric('rating', { precision: 3, scale: 1, mode: 'number' }),
  },
  (movie) => [
    check('movies_id_prefix', sql`${movie.id} like 'movie-%'`),
    check('movies_duration', sql`${movie.durationMinutes} > 0`),
    check('movies_rating', sql`${movie.rating} between 0 and 10`),
  ],
);

export const shows = pgTable(
  'shows',
  {
    id: id('id').primaryKey(),
    movieId: id('movie_id')
      .notNull()
      .references(() => movies.id),
    screenId: id('screen_id')
      .notNull()
      .references(() => screens.id),
    startTime: instant('start_time').notNull(),
    endTime: instant('end_time').notNull(),
    /** The times that the copies in the show's tickets have (docs/decisions/054). Only Usher's worker writes them. */
    listedStart: instant('listed_start'),
    listedEnd: instant('listed_end'),
  },
  (show) => [
    index('shows_screen_start').on(show.screenId, show.startTime),
    // Covers all columns of shows that lists read.
    index('shows_as_listed').on(show.id, show.startTime, show.endTime, show.movieId, show.screenId),
    // Empty but for moments: shows that were moved or added since the last sweep.
    index('shows_to_list')
      .on(show.id)
      .where(
        sql`(${show.listedStart}, ${show.listedEnd}) is distinct from (${show.startTime}, ${show.endTime})`,
      ),
    check('shows_id_prefix', sql`${show.id} like 'show-%' and ${show.id} !~ ':'`),
    check('shows_order', sql`${show.endTime} > ${show.startTime}`),
    // Infinity too would be after any start.
    check(
      'shows_bounds',
      sql`${show.startTime} >= '1900-01-01 00:00:00+00' and ${show.endTime} < '2200-01-01 00:00:00+00'`,
    ),
  ],
);

/** A seat for one show. The ticket has no foreign key: on Citus, tickets are distributed by another column. */
export const showSeats = pgTable(
  'show_seats',
  {
    showId: id('show_id')
      .notNull()
      .references(() => shows.id),
    seatId: id('seat_id')
      .notNull()
      .references(() => seats.id),
    status: showSeatStatus('status').notNull().default('AVAILABLE'),
    price: paise('price').notNull(),
    userId: id('user_id'),
    ticketId: id('ticket_id'),
    lockedAt: instant('locked_at'),
    lockedBy: id('locked_by'),
  },
  (seat) => [
    primaryKey({ columns: [seat.showId, seat.seatId] }),
    check('show_seats_price', sql`${seat.price} >= 0`),
    check('show_seats_price_exact', isExact(seat.price)),
    check('show_seats_holder', sql`(${seat.userId} is null) = (${seat.ticketId} is null)`),
    check('show_seats_booked', sql`${seat.status} <> 'BOOKED' or ${seat.ticketId} is not null`),
    check(
      'show_seats_locked',
      sql`(${seat.status} = 'LOCKED') = (${seat.lockedAt} is not null and ${seat.lockedBy} is not null)`,
    ),
    check('show_seats_lock_pair', sql`(${seat.lockedAt} is null) = (${seat.lockedBy} is null)`),
    check('show_seats_free', sql`${seat.status} in ('BOOKED', 'LOCKED') or ${seat.ticketId} is null`),
  ],
);
