import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../../src/platform/db/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** Single statements are pipelined on one connection while it answers quickly. */

let database: TestDatabase;
let pool: DatabaseConnection;
beforeAll(async () => {
  database = await createTestDatabase();
  // Three of its connections are for single statements.
  pool = openDatabase({ url: database.url, poolSize: 10 });
  // Opens all three: a new statement shares only an open connection.
  await Promise.all([1, 2, 3].map(() => answeredBy('pg_sleep(0.1)')));
});
afterAll(async () => {
  await pool.close();
  await database.close();
});

/** The id of the server process that answers. */
async function answeredBy(doing = '1'): Promise<number> {
  const [row] = await pool.db.execute<{ pid: number }>(
    sql`select pg_backend_pid() as pid, ${sql.raw(doing)}`,
  );
  return row?.pid ?? 0;
}

it('concurrent statements share one connection', async () => {
  // A pause between the two statements makes it two.
  const connections = async () => new Set(await Promise.all([answeredBy(), answeredBy()])).size;
  await expect.poll(connections).toBe(1);
});

it('no statement waits behind a slow one', async () => {
  const ended: string[] = [];
  const slow = answeredBy('pg_sleep(2)').finally(() => ended.push('slow'));
  await sleep(50);
  const quick: number[] = [];
  for (let n = 0; n < 10; n += 1) quick.push(await answeredBy());
  ended.push('quick');
  expect(quick).not.toContain(await slow);
  expect(ended).toEqual(['quick', 'slow']);
});

it('slow statements have a connection each, and the others share the last one', async () => {
  const slow = [answeredBy('pg_sleep(2)')];
  await sleep(50);
  slow.push(answeredBy('pg_sleep(2)'));
  await sleep(50);
  const quick = [await answeredBy(), await answeredBy()];
  expect(new Set([...(await Promise.all(slow)), ...quick]).size).toBe(3);
});

it('while all connections are busy, no statement waits for the slowest one', async () => {
  const ended: string[] = [];
  const slow = answeredBy('pg_sleep(2.5)').finally(() => ended.push('slow'));
  await sleep(50);
  // Each takes longer than a connection is shared, so they are spread over the others.
  const others = Array.from({ length: 12 }, async () => {
    for (let n = 0; n < 5; n += 1) await answeredBy('pg_sleep(0.02)');
  });
  await Promise.all(others);
  ended.push('others');
  await slow;
  expect(ended).toEqual(['others', 'slow']);
});

it('when all connections are slow the next statement waits and is answered', async () => {
  const slow: Promise<number>[] = [];
  for (let n = 0; n < 3; n += 1) {
    slow.push(answeredBy('pg_sleep(1)'));
    await sleep(50);
  }
  const next = answeredBy();
  expect(await Promise.all(slow)).toContain(await next);
});

it('a single statement is given up sooner than one in a transaction', async () => {
  const timeout = sql`select current_setting('statement_timeout') as of`;
  expect([...(await pool.db.execute(timeout))]).toEqual([{ of: '3s' }]);
  expect([...(await pool.db.transaction((tx) => tx.execute(timeout)))]).toEqual([{ of: '5s' }]);
});
