import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../platform/db/database.ts';
import { fillListCopies, lacksListCopies } from '../../platform/db/fill-list-copies.ts';
import { inTransaction } from '../../platform/db/in-transaction.ts';
import { shows, tickets } from '../../platform/db/tables/index.ts';

/**
 * Keeps the copies of a show's times in its tickets, by which lists sort and filter (docs/decisions/054). Any service
 * may move a show by changing its row; the sweep compares it with the times that were copied last.
 */

/**
 * Without shows from before the CHECK shows_bounds that break it (docs/decisions/066): their rows cannot be changed.
 */
const wasMoved = sql`(${shows.listedStart}, ${shows.listedEnd}) is distinct from (${shows.startTime}, ${shows.endTime})
  and ${shows.startTime} >= '1900-01-01 00:00:00+00' and ${shows.endTime} < '2200-01-01 00:00:00+00'`;

/** Returns shows that were moved, then shows that were added, since the last sweep. An index has only these. */
export async function findShowsToCopy(db: Database, limit: number): Promise<string[]> {
  const isNew = sql`${shows.listedStart} is null`;
  const found = await db.select({ id: shows.id }).from(shows).where(wasMoved).orderBy(isNew).limit(limit);
  return found.map(({ id }) => id);
}

/**
 * Copies the times of a show to its tickets, in one transaction.
 *
 * Each sale locks the show's row by its foreign key until it commits, with FOR KEY SHARE. FOR UPDATE waits for it, so no
 * ticket that is being sold with the old times is missed.
 */
export function copyShowTimes(db: Database, showId: string): Promise<void> {
  return inTransaction(db, async (tx) => {
    // Citus changes shows, which are everywhere, and tickets one shard after the other. Elsewhere it has no effect.
    await tx.execute(sql`select set_config('citus.multi_shard_modify_mode', 'sequential', true)`);
    const [show] = await tx
      .select({ id: shows.id })
      .from(shows)
      .where(and(eq(shows.id, showId), wasMoved))
      .for('update');
    if (!show) return;
    // By SQL, as a time may be one that no Date has, such as infinity.
    const copies = { listedStart: sql`${shows.startTime}`, listedEnd: sql`${shows.endTime}` };
    const differs = sql`(${tickets.listedStart}, ${tickets.listedEnd}) is distinct from (${shows.startTime}, ${shows.endTime})`;
    await tx
      .update(tickets)
      .set(copies)
      .from(shows)
      .where(and(eq(shows.id, showId), eq(tickets.showId, shows.id), differs));
    await tx.update(shows).set(copies).where(eq(shows.id, showId));
  });
}

/** Fills the copies of tickets that were written without: on Citus no trigger does. */
export async function fillMissingCopies(db: Database): Promise<void> {
  const { client } = db._.session as unknown as { client: Parameters<typeof fillListCopies>[0] };
  if (await lacksListCopies(client)) await fillListCopies(client);
}
