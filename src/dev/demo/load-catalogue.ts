import type { Transaction } from '../../platform/db/database.ts';
import { cities, movies, screens, seats, theaters, users } from '../../platform/db/tables/index.ts';
import { MOVIES } from './movies.ts';
import { seatsOf } from './seat-layout.ts';
import { CITIES, SCREENS, THEATERS } from './theaters.ts';
import { DEMO_USER, OTHER_USERS } from './users.ts';

/** Inserts the demo's cities, theaters, screens, seats, movies and users. Existing rows stay as they are. */
export async function loadCatalogue(tx: Transaction): Promise<void> {
  await tx
    .insert(cities)
    .values([...CITIES])
    .onConflictDoNothing();
  await tx.insert(theaters).values(theaterRows).onConflictDoNothing();
  await tx
    .insert(screens)
    .values([...SCREENS])
    .onConflictDoNothing();
  await tx.insert(seats).values(SCREENS.flatMap(seatsOf)).onConflictDoNothing();
  await tx.insert(movies).values(movieRows).onConflictDoNothing();
  await tx
    .insert(users)
    .values([DEMO_USER, ...OTHER_USERS])
    .onConflictDoNothing();
}

const theaterRows = THEATERS.map(({ slug, ...theater }) => ({
  ...theater,
  id: `theater-${slug}`,
  timeZone: 'Asia/Kolkata',
}));

const movieRows = MOVIES.map((movie) => ({ ...movie, posterUrl: `/posters/${movie.id}.svg` }));
