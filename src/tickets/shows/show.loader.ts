import DataLoader from 'dataloader';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { loadEach, oneOfEach } from '../../platform/db/rows-by-key.ts';
import { sharedCache } from '../../platform/db/shared-cache.ts';
import { statement } from '../../platform/db/statement.ts';
import { cities, movies, screens, theaters } from '../../platform/db/tables/index.ts';
import { type UtcOffset, utcOffsetsBetween } from '../../platform/time/time-zone-data.ts';
import type { Movie } from './movie.type.ts';
import { posterUrl } from './poster-url.ts';
import type { Show } from './show.type.ts';

/** A changed name, address, poster or rating is visible after at most this time. */
const NAMES_TTL_MS = 30_000;

type MovieRow = typeof movies.$inferSelect;

/** A screen with its theater. */
type Place = Pick<Show, 'screen' | 'theater'> & { id: string };

const moviesById = statement((db) =>
  db
    .select()
    .from(movies)
    .where(sql`${movies.id} = any(${sql.placeholder('ids')})`)
    .prepare('movies_by_id'),
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

const movieCache = sharedCache<MovieRow>({ max: 5_000, ttl: NAMES_TTL_MS });
const placeCache = sharedCache<Place>({ max: 20_000, ttl: NAMES_TTL_MS });

/** Loads movies by id. */
export function createMovieLoader(db: Database) {
  return new DataLoader<string, MovieRow | null>(
    async (ids) => oneOfEach(ids, await moviesById(db, { ids }), ({ id }) => id),
    { cacheMap: movieCache(db) },
  );
}

/** Loads screens and their theaters by screen id. */
export function createPlaceLoader(db: Database) {
  return new DataLoader<string, Place | null>(
    async (ids) => {
      const rows = await screensById(db, { ids });
      const places = rows.map(({ id, name, theater, city }) => ({
        id,
        screen: { id, name },
        theater: { ...theater, city },
      }));
      return oneOfEach(ids, places, ({ id }) => id);
    },
    { cacheMap: placeCache(db) },
  );
}

/**
 * The part of a show that the row of a ticket contains. The times are never cached, so a change is visible immediately.
 */
export interface Screening {
  ticket: { showId: string };
  showStart: Date;
  showEnd: Date;
  movieId: string;
  screenId: string;
}

export interface ShowLoaders {
  movies: ReturnType<typeof createMovieLoader>;
  places: ReturnType<typeof createPlaceLoader>;
}

/**
 * Returns the shows of a page of tickets, in its order, with their movies, screens and theaters.
 *
 * @param publicUrl this server's URL; it serves the posters that are stored as a path
 */
export async function loadShows(
  { movies, places }: ShowLoaders,
  screenings: readonly Screening[],
  publicUrl: string,
): Promise<Omit<Show, 'seatMap'>[]> {
  const [movieOf, placeOf] = await Promise.all([
    loadEach(
      screenings.map(({ movieId }) => movieId),
      movies,
    ),
    loadEach(
      screenings.map(({ screenId }) => screenId),
      places,
    ),
  ]);
  const shownMovieOf = new Map([...movieOf].map(([id, row]) => [id, row && toMovie(row, publicUrl)]));
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
      utcOffsets: utcOffsetsAround(place.theater.timeZone, showStart),
    };
  });
}

/** A ticket is sold, cancelled and refunded within a year of its show. */
const YEAR_MS = 366 * 86_400_000;

function utcOffsetsAround(timeZone: string, showStart: Date): readonly UtcOffset[] {
  const start = showStart.getTime();
  return utcOffsetsBetween(timeZone, start - YEAR_MS, start + YEAR_MS);
}

function toMovie(row: MovieRow, publicUrl: string): Movie {
  return {
    id: row.id,
    name: row.name,
    posterUrl: posterUrl(row.posterUrl, publicUrl),
    duration: row.durationMinutes,
    rating: row.rating,
  };
}
