import DataLoader from 'dataloader';
import { and, eq, inArray } from 'drizzle-orm';
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type * as tables from '../../../../src/platform/db/tables/index.ts';
import {
  cities,
  movies,
  payments,
  screens,
  shows,
  theaters,
  ticketSeats,
} from '../../../../src/platform/db/tables/index.ts';

export type Context = ReturnType<typeof createContext>;

export function createContext(db: PostgresJsDatabase<typeof tables>, userId: string) {
  return {
    db,
    userId,
    shows: new DataLoader(async (ids: readonly string[]) => {
      const rows = await db
        .select()
        .from(shows)
        .innerJoin(movies, eq(movies.id, shows.movieId))
        .innerJoin(screens, eq(screens.id, shows.screenId))
        .innerJoin(theaters, eq(theaters.id, screens.theaterId))
        .innerJoin(cities, eq(cities.id, theaters.cityId))
        .where(inArray(shows.id, [...ids]));
      return ids.map((id) => rows.find((row) => row.shows.id === id) ?? new Error('missing'));
    }),
    seats: new DataLoader(async (ids: readonly string[]) => {
      const rows = await db
        .select()
        .from(ticketSeats)
        .where(and(eq(ticketSeats.userId, userId), inArray(ticketSeats.ticketId, [...ids])));
      return ids.map((id) => rows.filter((row) => row.ticketId === id));
    }),
    payments: new DataLoader(async (ids: readonly string[]) => {
      const rows = await db
        .select()
        .from(payments)
        .where(and(eq(payments.userId, userId), inArray(payments.ticketId, [...ids])));
      return ids.map((id) => rows.find((row) => row.ticketId === id) ?? null);
    }),
  };
}
