import { and, eq, sql } from 'drizzle-orm';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { fillListCopies } from '../../platform/db/fill-list-copies.ts';
import { inTransaction } from '../../platform/db/in-transaction.ts';
import type { Queryable } from '../../platform/db/prepare-statements.ts';
import { shows, tickets } from '../../platform/db/tables/index.ts';
import { databaseCode } from '../../platform/errors/database-fault.ts';

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

/** A ticket whose copies differ from its show's times. */
const differs = sql`(${tickets.listedStart}, ${tickets.listedEnd}) is distinct from (${shows.startTime}, ${shows.endTime})`;

const copies = { listedStart: sql`${shows.startTime}`, listedEnd: sql`${shows.endTime}` };

/**
 * Copies the times of a show to its tickets, each in a transaction of its own: a ticket that is locked for long holds up
 * neither the others nor their users. It and the show then wait for the next sweep.
 */
export async function copyShowTimes(db: Database, showId: string): Promise<void> {
  for (const { userId, id } of await findTicketsToCopy(db, showId)) {
    const ofTicket = and(eq(tickets.userId, userId), eq(tickets.id, id), eq(shows.id, tickets.showId));
    // Not a single statement: others would wait behind it on its connection.
    const copying = inTransaction(db, (tx) => tx.update(tickets).set(copies).from(shows).where(ofTicket));
    await copying.catch(unlessLocked);
  }
  await inTransaction(db, (tx) => noteCopies(tx, showId)).catch(unlessLocked);
}

function findTicketsToCopy(db: Database | Transaction, showId: string) {
  return db
    .select({ userId: tickets.userId, id: tickets.id })
    .from(tickets)
    .innerJoin(shows, eq(shows.id, tickets.showId))
    .where(and(eq(tickets.showId, showId), differs));
}

/**
 * Notes that all tickets of a show have its times.
 *
 * Each sale locks the show's row by its foreign key until it commits, with FOR KEY SHARE, which FOR UPDATE conflicts
 * with. So no ticket that is being sold with the old times is missed: while one is, the row cannot be locked.
 */
async function noteCopies(tx: Transaction, showId: string): Promise<void> {
  const [show] = await tx
    .select({ id: shows.id })
    .from(shows)
    .where(and(eq(shows.id, showId), wasMoved))
    .for('update', { noWait: true });
  if (!show || (await findTicketsToCopy(tx, showId)).length > 0) return;
  await tx.update(shows).set(copies).where(eq(shows.id, showId));
}

const LOCK_NOT_AVAILABLE = '55P03';

function unlessLocked(error: unknown): void {
  if (databaseCode(error) !== LOCK_NOT_AVAILABLE) throw error;
}

/** Fills the copies of tickets that were written without: on Citus no trigger does. */
export async function fillMissingCopies(db: Database): Promise<void> {
  const { client } = db._.session as unknown as { client: Queryable };
  await fillListCopies(client);
}
