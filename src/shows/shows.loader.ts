import DataLoader from 'dataloader';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { preparedQuery } from '../db/prepared-query.ts';
import { cities, movies, screens, shows, theaters } from '../db/tables/index.ts';

export type ShowRow = Awaited<ReturnType<ReturnType<typeof showsById>['execute']>>[number];

/** Shows by id, each with its movie, screen, theater and city: one statement for a whole page of tickets. */
export function createShowsLoader(db: Database) {
  return new DataLoader<string, ShowRow>(async (ids) => {
    const rows = new Map((await showsById(db).execute({ ids })).map((row) => [row.show.id, row]));
    return ids.map((id) => rows.get(id) ?? new Error(`show ${id} is missing`));
  });
}

const showsById = preparedQuery((db) =>
  db
    .select({ show: shows, movie: movies, screen: screens, theater: theaters, city: cities })
    .from(shows)
    .innerJoin(movies, eq(movies.id, shows.movieId))
    .innerJoin(screens, eq(screens.id, shows.screenId))
    .innerJoin(theaters, eq(theaters.id, screens.theaterId))
    .innerJoin(cities, eq(cities.id, theaters.cityId))
    .where(sql`${shows.id} = any(${sql.placeholder('ids')})`)
    .prepare('shows_by_id'),
);
