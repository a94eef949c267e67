import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { keepRows } from '../../platform/db/keep-rows.ts';
import { statement } from '../../platform/db/statement.ts';
import { cities, movies, screens, theaters } from '../../platform/db/tables/index.ts';
import type { Movie } from './movie.type.ts';
import { posterUrl } from './poster-url.ts';
import type { Show } from './show.type.ts';

/** What a ticket's own row tells of its show: the times are always those of the database. */
export interface Screening {
  ticket: { showId: string };
  showStart: Date;
  showEnd: Date;
  movieId: string;
  screenId: string;
}

/** A new name, address, poster or rating shows at most so late. Milliseconds. */
const NAMES_KEPT_FOR = 30_000;

const keptMovies = keepRows(
  statement((db) =>
    db
      .select()
      .from(movies)
      .where(sql`${movies.id} = any(${sql.placeholder('ids')})`)
      .prepare('movies_by_id'),
  ),
  { max: 5_000, forMs: NAMES_KEPT_FOR },
);

const screensById = statement((db) =>
  db
    .select({ id: screens.id, name: screens.name, theater: theaters, city: cities.name })
    .from(screens)
    .innerJoin(theaters, eq(theaters.id, screens.theaterId))
    .innerJoin(cities, eq(cities.id, theaters.cityId))
    .where(sql`${screens.id} = any(${sql.placeholder('ids')})`)
    .prepare('screens_by_id'),
);

/** A screen and its theater as every show in it has them. */
const keptScreens = keepRows(
  async (db, values) => {
    const rows = await screensById(db, values);
    return rows.map(({ id, name, theater, city }) => ({
      id,
      screen: { id, name },
      theater: { ...theater, city },
    }));
  },
  { max: 20_000, forMs: NAMES_KEPT_FOR },
);

/**
 * The shows of a page of tickets, in its order, with their movies, screens and theaters.
 *
 * @param publicUrl where this server is reached; a poster stored as a path is served by it
 */
export async function readShows(
  db: Database,
  screenings: readonly Screening[],
  publicUrl: string,
): Promise<Omit<Show, 'seatMap'>[]> {
  const [movieOf, placeOf] = await Promise.all([
    keptMovies(
      db,
      screenings.map(({ movieId }) => movieId),
    ),
    keptScreens(
      db,
      screenings.map(({ screenId }) => screenId),
    ),
  ]);
  // Once for each: people see the same few movies.
  const shownMovieOf = new Map([...movieOf].map(([id, row]) => [id, toMovie(row, publicUrl)]));
  return screenings.map(({ ticket: { showId }, showStart, showEnd, movieId, screenId }) => {
    const movie = shownMovieOf.get(movieId);
    const place = placeOf.get(screenId);
    if (!movie || !place) throw new Error(`show ${showId} has no movie or no screen`);
    return {
      id: showId,
      startTime: showStart,
      endTime: showEnd,
      movie,
      theater: place.theater,
      screen: place.screen,
    };
  });
}

function toMovie(row: typeof movies.$inferSelect, publicUrl: string): Movie {
  return {
    id: row.id,
    name: row.name,
    posterUrl: posterUrl(row.posterUrl, publicUrl),
    duration: row.durationMinutes,
    rating: row.rating,
  };
}
