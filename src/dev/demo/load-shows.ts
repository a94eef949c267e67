/** Adds shows with a show seat for every seat of their screen. */
import { sql } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { seats, showSeats, shows } from '../../platform/db/tables/index.ts';
import type { PlannedShow } from './schedule.ts';
import { seatsOf } from './seat-layout.ts';
import { SCREENS } from './theaters.ts';

const TERMS_OF_SEATS = JSON.stringify(
  SCREENS.flatMap(seatsOf).map(({ id, price, isHouseSeat }) => ({
    id,
    price: String(price),
    status: isHouseSeat ? 'BLOCKED' : 'AVAILABLE',
  })),
);

/** A connection that is silent for long is taken for a dead one, and on many machines a row takes longer to write. */
const SHOWS_AT_ONCE = 100;

/** Shows that are there already stay as they are, and their seats too. */
export async function loadShows(tx: Transaction, planned: readonly PlannedShow[]): Promise<void> {
  const added = await tx
    .insert(shows)
    .values([...planned])
    .onConflictDoNothing()
    .returning({ id: shows.id });
  for (let first = 0; first < added.length; first += SHOWS_AT_ONCE)
    await addSeats(
      tx,
      added.slice(first, first + SHOWS_AT_ONCE).map(({ id }) => id),
    );
}

async function addSeats(tx: Transaction, showIds: string[]): Promise<void> {
  await tx.execute(sql`
    insert into ${showSeats} (show_id, seat_id, status, price)
    select ${shows.id}, ${seats.id}, terms.status, terms.price
    from ${shows}
    join ${seats} on ${seats.screenId} = ${shows.screenId}
    join jsonb_to_recordset(${TERMS_OF_SEATS}::jsonb) as terms(id text, price bigint, status show_seat_status)
      on terms.id = ${seats.id}
    where ${shows.id} = any(${sql.param(showIds)})`);
}
