import DataLoader from 'dataloader';
import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { loadEach, oneOfEach } from '../../platform/db/rows-by-key.ts';
import { sharedCache } from '../../platform/db/shared-cache.ts';
import { statement } from '../../platform/db/statement.ts';
import { screens, seats } from '../../platform/db/tables/index.ts';
import { bySeat } from '../seats/seat-label.ts';
import type { SeatMapSeat } from './seat-map-seat.type.ts';
import type { Screening } from './show.loader.ts';

type Place = Pick<typeof seats.$inferSelect, 'id' | 'row' | 'number' | 'seatType'>;

interface SeatMap {
  /** The id of the screen. */
  id: string;
  places: Place[];
}

const seatMapsOfScreens = statement((db) =>
  db
    .select({
      id: screens.id,
      places: sql`coalesce(json_agg(json_build_object(
        'id', ${seats.id}, 'row', ${seats.row}, 'number', ${seats.number}, 'seatType', ${seats.seatType}
      )) filter (where ${seats.id} is not null), '[]')`.mapWith((places: Place[]) => places.toSorted(bySeat)),
    })
    .from(screens)
    .leftJoin(seats, eq(seats.screenId, screens.id))
    .where(sql`${screens.id} = any(${sql.placeholder('ids')})`)
    .groupBy(screens.id)
    .prepare('seat_maps_of_screens'),
);

/** A map has hundreds of seats, so fewer are cached than names. A rebuilt hall is visible after at most 30 seconds. */
const seatMapCache = sharedCache<SeatMap>({ max: 500, ttl: 30_000 });

/** Loads seat maps by screen id. */
export function createSeatMapLoader(db: Database) {
  return new DataLoader<string, SeatMap | null>(
    async (ids) => oneOfEach(ids, await seatMapsOfScreens(db, { ids }), ({ id }) => id),
    { cacheMap: seatMapCache(db) },
  );
}

/** Returns the seat maps for a page of tickets, in its order. It reads each hall once. */
export async function loadSeatMaps(
  loader: ReturnType<typeof createSeatMapLoader>,
  screenings: readonly Screening[],
): Promise<SeatMapSeat[][]> {
  const mapOf = await loadEach(
    screenings.map(({ screenId }) => screenId),
    loader,
  );
  return screenings.map(({ ticket: { showId }, screenId }) =>
    (mapOf.get(screenId)?.places ?? []).map((place) => ({ ...place, id: `${showId}:${place.id}` })),
  );
}
