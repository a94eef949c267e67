import { and, desc, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Builder, statement } from '../../../src/platform/db/statement.ts';
import { movies, payments, refunds, shows, tickets } from '../../../src/platform/db/tables/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenTicket(database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  await givenTicket(database.db, {
    id: 'TKT-2',
    showStart: new Date(Date.now() + 7 * HOUR),
    status: 'PENDING_PAYMENT',
  });
});
afterAll(() => database.close());

/** Each kind of selection that a statement of ours has. */
const SELECTIONS = {
  'a table': (db: Builder) => db.select().from(movies).prepare('a'),
  'columns and expressions': (db: Builder) =>
    db
      .select({ id: tickets.id, paise: tickets.totalAmount, seats: sql<number>`1 + 1`, no: sql`null` })
      .from(tickets)
      .orderBy(tickets.id)
      .prepare('b'),
  'tables side by side, one of them missing for some rows': (db: Builder) =>
    db
      .select({ ticket: tickets, start: shows.startTime, payment: payments, refund: refunds })
      .from(tickets)
      .innerJoin(shows, eq(shows.id, tickets.showId))
      .leftJoin(payments, and(eq(payments.userId, tickets.userId), eq(payments.ticketId, tickets.id)))
      .leftJoin(refunds, and(eq(refunds.userId, tickets.userId), eq(refunds.ticketId, tickets.id)))
      .orderBy(desc(tickets.id))
      .prepare('c'),
  'what an update returns': (db: Builder) =>
    db.update(movies).set({ rating: 7.5 }).returning({ id: movies.id, rating: movies.rating }).prepare('d'),
};

it.each(Object.entries(SELECTIONS))('%s: the rows are those that Drizzle makes', async (_words, build) => {
  const whole = build as (db: Builder) => { execute(): Promise<object[]> };
  const rows = await statement(whole)(database.db);
  expect(rows).not.toEqual([]);
  expect(rows).toEqual(await whole(database.db).execute());
});

it('takes values for its placeholders, encoded as the columns want them', async () => {
  const startingAt = statement((db) =>
    db
      .select({ id: shows.id })
      .from(shows)
      .where(eq(shows.startTime, sql.param(sql.placeholder('at'), shows.startTime)))
      .prepare('shows_at'),
  );
  const [show] = await database.db.select().from(shows).limit(1);
  expect(await startingAt(database.db, { at: show?.startTime })).toEqual([{ id: show?.id }]);
});

it('takes null for a value, whatever the column encodes', async () => {
  const ends = statement((db) =>
    db
      .update(payments)
      .set({ refundInitiatedAt: sql`${sql.param(sql.placeholder('at'), payments.refundInitiatedAt)}` })
      .returning({ at: payments.refundInitiatedAt })
      .prepare('ends'),
  );
  expect(await ends(database.db, { at: null })).toEqual([{ at: null }]);
});

it('runs inside a transaction, and is undone with it', async () => {
  const rename = statement((db) =>
    db
      .update(movies)
      .set({ name: sql`${sql.placeholder('name')}` })
      .prepare('rename'),
  );
  const failed = database.db.transaction(async (tx) => {
    await rename(tx, { name: 'Another' });
    expect((await tx.select().from(movies))[0]?.name).toBe('Another');
    throw new Error('undone');
  });
  await expect(failed).rejects.toThrow('undone');
  expect((await database.db.select().from(movies))[0]?.name).toBe('Avengers: Endgame');
});

it('gives dates and JSON in a transaction as outside of one', async () => {
  const read = (on: Builder) =>
    on.execute(
      sql`select '2024-12-15 10:00:00+00'::timestamptz as at, ${JSON.stringify({ a: 1 })}::jsonb as facts`,
    );
  const [row] = await read(database.db);
  expect(row).toMatchObject({ at: expect.stringContaining('2024-12-15'), facts: { a: 1 } });
  expect(await database.db.transaction(async (tx) => [...(await read(tx))])).toEqual([row]);
});

it('refuses a selection deeper than it can map', async () => {
  const deep = statement(
    (db) =>
      db
        .select({ a: { b: { id: movies.id } } } as never)
        .from(movies)
        .prepare('deep') as { execute(): Promise<unknown> },
  );
  await expect(deep(database.db)).rejects.toThrow('a.b.id is selected too deep');
});
