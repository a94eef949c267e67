import type { Database } from '../../src/platform/db/database.ts';
import { givenShow, givenTicket, HOUR } from '../support/world.ts';

export interface Person {
  /** The user's id. */
  as: string;
  /** The ids of the tickets. */
  ids: string[];
}

/** Inserts a user with the given number of cancellable tickets with one seat each. */
export async function givenPerson(db: Database, as: string, count: number): Promise<Person> {
  const showStart = new Date(Date.now() + 48 * HOUR);
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const showId = `show-of-${as}-${Math.floor(n / 20)}`;
    if (n % 20 === 0) await givenShow(db, showId, showStart);
    const id = `TKT-of-${as}-${n}`;
    const seatNumbers = [String((n % 20) + 1)];
    await givenTicket(db, { id, userId: as, showId, showStart, seatNumbers, bookingTime: new Date() });
    ids.push(id);
  }
  return { as, ids };
}
