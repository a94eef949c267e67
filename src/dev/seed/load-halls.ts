import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { cities, movies } from '../../platform/db/tables/index.ts';
import { MOVIES } from '../demo/movies.ts';
import { CITIES } from '../demo/theaters.ts';
import type { SeedSize } from './seed-size.ts';

const SCREENS_PER_THEATER = 6;
export const SEATS_PER_ROW = 12;
/** Without I, which looks like a digit. Five rows are GOLD, three DIAMOND, two PLATINUM. */
const ROWS = [...'ABCDEFGHJK'];

/** Inserts the seed's catalogue: the demo's cities and movies, and as many equal screens as its shows need. */
export async function loadHalls(tx: Transaction, { screens }: SeedSize): Promise<void> {
  await tx
    .insert(cities)
    .values([...CITIES])
    .onConflictDoNothing();
  await tx
    .insert(movies)
    .values(MOVIES.map((movie) => ({ ...movie, posterUrl: `/posters/${movie.id}.svg` })))
    .onConflictDoNothing();
  await tx.execute(sql`
    insert into theaters (id, city_id, name, address, time_zone)
    select 'theater-seed-' || n, cities[1 + n % cardinality(cities)], 'Seed Cinema ' || n + 1,
      n + 1 || ' Station Road', 'Asia/Kolkata'
    from generate_series(0, ${Math.floor((screens - 1) / SCREENS_PER_THEATER)}::int) as n,
      (select ${sql.param(CITIES.map(({ id }) => id))}::text[] as cities) as chosen`);
  await tx.execute(sql`
    insert into screens (id, theater_id, name)
    select 'screen-seed-' || n, 'theater-seed-' || n / ${SCREENS_PER_THEATER}::int,
      'Screen ' || n % ${SCREENS_PER_THEATER}::int + 1
    from generate_series(0, ${screens - 1}::int) as n`);
  await tx.execute(sql`
    insert into seats (id, screen_id, "row", number, seat_type)
    select 'seat-seed-' || n || '-' || letter || number, 'screen-seed-' || n, letter, number,
      (case when nth <= 5 then 'GOLD' when nth <= 8 then 'DIAMOND' else 'PLATINUM' end)::seat_type
    from generate_series(0, ${screens - 1}::int) as n,
      unnest(${sql.param(ROWS)}::text[]) with ordinality as halls(letter, nth),
      generate_series(1, ${SEATS_PER_ROW}::int) as number`);
}
