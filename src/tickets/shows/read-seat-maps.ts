import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { keepRows } from '../../platform/db/keep-rows.ts';
import { statement } from '../../platform/db/statement.ts';
import { screens, seats } from '../../platform/db/tables/index.ts';
import { byRow } from '../seats/seat-label.ts';
import type { Screening } from './read-shows.ts';
import type { SeatMapSeat } from './seat-map-seat.type.ts';

type Place = Pick<typeof seats.$inferSelect, 'id' | 'row' | 'number' | 'seatType'>;

/** A hall is rebuilt rarely; its new map shows at most so late. Milliseconds. */
const MAPS_KEPT_FOR = 30_000;

/** A map has some hundred places, so that fewer are kept than of names. */
const MOST_MAPS = 500;

const keptMaps = keepRows(
  statement((db) =>
    db
      .select({
        id: screens.id,
        places: sql`coalesce(json_agg(json_build_object(
          'id', ${seats.id}, 'row', ${seats.row}, 'number', ${seats.number}, 'seatType', ${seats.seatType}
        )) filter (where ${seats.id} is not null), '[]')`.mapWith((places: Place[]) =>
          places.toSorted(byRow),
        ),
      })
      .from(screens)
      .leftJoin(seats, eq(seats.screenId, screens.id))
      .where(sql`${screens.id} = any(${sql.placeholder('ids')})`)
      .groupBy(screens.id)
      .prepare('seat_maps_of_screens'),
  ),
  { max: MOST_MAPS, forMs: MAPS_KEPT_FOR },
);

/** The seat maps of a page of tickets, in its order: each hall is read once, whatever is shown there. */
export async function readSeatMaps(db: Database, screenings: readonly Screening[]): Promise<SeatMapSeat[][]> {
  const maps = await keptMaps(
    db,
    screenings.map(({ screenId }) => screenId),
  );
  return screenings.map(({ ticket: { showId }, screenId }) =>
    (maps.get(screenId)?.places ?? []).map((place) => ({ ...place, id: `${showId}:${place.id}` })),
  );
}
