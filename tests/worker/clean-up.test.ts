import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancellationAttempts, idempotencyKeys, webhookEvents } from '../../src/platform/db/tables/index.ts';
import { cleanUp } from '../../src/worker/clean-up.job.ts';
import { settleStatistics } from '../support/settle-statistics.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { HOUR } from '../support/world.ts';

const now = new Date('2024-12-15T12:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('removes only rows that no decision needs any longer', async () => {
  const { db } = database;
  const userId = 'user-asha';
  await db.insert(cancellationAttempts).values([
    { userId, id: 'new', attemptedAt: ago(1) },
    { userId, id: 'old', attemptedAt: ago(25) },
  ]);
  await db.insert(idempotencyKeys).values([
    { userId, key: 'new', ticketId: 'TKT-1', createdAt: ago(29 * 24) },
    { userId, key: 'old', ticketId: 'TKT-1', createdAt: ago(31 * 24) },
  ]);
  const event = { userId, refundId: 'refund-1', type: 'refund.processed', happenedAt: ago(92 * 24) };
  await db.insert(webhookEvents).values([
    { ...event, id: 'new', receivedAt: ago(89 * 24) },
    { ...event, id: 'old', receivedAt: ago(91 * 24) },
  ]);

  await cleanUp({ db, clock: createTestClock(now).clock });

  expect(await db.select({ id: cancellationAttempts.id }).from(cancellationAttempts)).toEqual([
    { id: 'new' },
  ]);
  expect(await db.select({ id: idempotencyKeys.key }).from(idempotencyKeys)).toEqual([{ id: 'new' }]);
  expect(await db.select({ id: webhookEvents.id }).from(webhookEvents)).toEqual([{ id: 'new' }]);
});

it('removes rows in batches, and leaves the rest for the next night', async () => {
  const { db } = database;
  const { clock } = createTestClock(now);
  await db.delete(cancellationAttempts);
  await db.execute(sql`insert into cancellation_attempts (user_id, id, attempted_at)
    select 'user-asha', n::text, ${ago(48).toISOString()}::timestamptz + n * interval '1 second'
    from generate_series(1, 10) n`);
  const left = async () => (await db.select().from(cancellationAttempts)).map(({ id }) => Number(id));

  await cleanUp({ db, clock }, { rows: 3, statements: 2 });
  expect((await left()).sort((a, b) => a - b)).toEqual([7, 8, 9, 10]);
  await cleanUp({ db, clock }, { rows: 3, statements: 2 });
  expect(await left()).toEqual([]);
});

it('finds old rows by an index', async () => {
  const { db, url, sent } = database;
  // A hundred days of 144 rows each.
  const time = sql`${now.toISOString()}::timestamptz - n * interval '1 minute'`;
  const many = sql`from generate_series(1, 144000) n where n % 10 = 0`;
  await db.execute(sql`insert into cancellation_attempts (user_id, id, attempted_at)
    select 'user-' || n, n::text, ${time} ${many}`);
  await db.execute(sql`insert into idempotency_keys (user_id, key, ticket_id, created_at)
    select 'user-' || n, n::text, 'TKT-1', ${time} ${many}`);
  await db.execute(sql`insert into webhook_events (user_id, id, refund_id, type, happened_at, received_at)
    select 'user-' || n, n::text, 'refund-1', 'refund.processed', ${time}, ${time} ${many}`);
  await settleStatistics(db);

  sent.length = 0;
  await cleanUp({ db, clock: createTestClock(now).clock }, { rows: 10, statements: 1 });

  const explaining = postgres(url, { max: 1 });
  const plans: string[] = [];
  for (const { statement, parameters } of sent.filter((one) => /delete/.test(one.statement))) {
    const rows = await explaining.unsafe(`explain ${statement}`, parameters as string[]);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  await explaining.end();
  expect(plans).toEqual([
    expect.stringContaining('using cancellation_attempts_by_age'),
    expect.stringContaining('using idempotency_keys_by_age'),
    expect.stringContaining('using webhook_events_received'),
  ]);
  expect(plans.join('\n')).not.toContain('Seq Scan');
}, 120_000);
