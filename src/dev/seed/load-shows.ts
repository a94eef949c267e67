import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { DAYS_AHEAD, DAYS_PAST, type SeedSize, SHOWS_A_DAY } from './seed-size.ts';

/** Minutes between two starts on a screen: the longest movie, plus cleaning. */
const SLOT_MINUTES = 210;

export interface ShowRange {
  /** The first show. Counts from 0. */
  first: number;
  /** The show after the last. */
  end: number;
}

/**
 * Inserts a range of shows, which are ordered by their start. All shows are spread evenly over the days around `now`,
 * without overlaps on a screen.
 */
export async function loadShows(
  tx: Transaction,
  { shows, screens }: SeedSize,
  { first, end }: ShowRange,
  now: Date,
): Promise<void> {
  const slots = (DAYS_PAST + DAYS_AHEAD) * SHOWS_A_DAY;
  await tx.execute(sql`
    insert into shows (id, movie_id, screen_id, start_time, end_time)
    select 'show-seed-' || n, movie, 'screen-seed-' || n % ${screens}::int, start_time,
      start_time + make_interval(mins => duration_minutes)
    from generate_series(${first}::bigint, ${end - 1}::bigint) as n
    cross join (select array_agg(id order by id) as ids from movies) as movies
    cross join lateral (select ids[1 + n * 7 % cardinality(ids)] as movie, n * ${slots}::int / ${shows}::int as slot) as plan
    cross join lateral (
      select date_trunc('day', ${now.toISOString()}::timestamptz, 'Asia/Kolkata') + interval '9 hours' + make_interval(
        days => (slot / ${SHOWS_A_DAY}::int)::int - ${DAYS_PAST}::int,
        mins => (slot % ${SHOWS_A_DAY}::int * ${SLOT_MINUTES}::int + n % ${screens}::int % 14 * 15)::int) as start_time
    ) as time
    join movies as chosen on chosen.id = movie`);
}
