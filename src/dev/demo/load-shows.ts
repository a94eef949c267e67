import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { seats, showSeats, shows } from '../../platform/db/tables/index.ts';
import type { PlannedShow } from './schedule.ts';
import { seatsOf } from './seat-layout.ts';
import { SCREENS } from './theaters.ts';

const SEAT_TERMS = JSON.stringify(
  SCREENS.flatMap(seatsOf).map(({ id, price, isHouseSeat }) => ({
    id,
    price: String(price),
    status: isHouseSeat ? 'BLOCKED' : 'AVAILABLE',
  })),
);

/** Shows per statement. A connection that is silent for long is closed as dead, and distributed rows take longer. */
const SHOWS_PER_STATEMENT = 100;

/** Inserts shows, with a show seat for every seat of their screen. Existing shows stay as they are. */
export async function loadShows(tx: Transaction, planned: readonly PlannedShow[]): Promise<void> {
  const added = await tx
    .insert(shows)
    .values([...planned])
    .onConflictDoNothing()
    .returning({ id: shows.id });
  for (let first = 0; first < added.length; first += SHOWS_PER_STATEMENT)
    await addSeats(
      tx,
      added.slice(first, first + SHOWS_PER_STATEMENT).map(({ id }) => id),
    );
}

async function addSeats(tx: Transaction, showIds: string[]): Promise<void> {
  await tx.execute(sql`
    insert into ${showSeats} (show_id, seat_id, status, price)
    select ${shows.id}, ${seats.id}, terms.status, terms.price
    from ${shows}
    join ${seats} on ${seats.screenId} = ${shows.screenId}
    join jsonb_to_recordset(${SEAT_TERMS}::jsonb) as terms(id text, price bigint, status show_seat_status)
      on terms.id = ${seats.id}
    where ${shows.id} = any(${sql.param(showIds)})`);
}
