import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../../src/platform/db/database.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** Single statements share a connection, and with it a write, for as long as it answers soon. */

let database: TestDatabase;
let pool: DatabaseConnection;
beforeAll(async () => {
  database = await createTestDatabase();
  // Three of its connections are for single statements.
  pool = openDatabase({ url: database.url, poolSize: 10 });
  // At first each takes a connection of its own, as none is there that could be shared.
  await Promise.all([1, 2, 3].map(() => answeredBy('pg_sleep(0.1)')));
});
afterAll(async () => {
  await pool.close();
  await database.close();
});

/** The server's process that answers. */
async function answeredBy(doing = '1'): Promise<number> {
  const [row] = await pool.db.execute<{ pid: number }>(
    sql`select pg_backend_pid() as pid, ${sql.raw(doing)}`,
  );
  return row?.pid ?? 0;
}

it('what is asked at the same time is asked over one connection', async () => {
  // A machine that pauses between the two makes it two.
  const connections = async () => new Set(await Promise.all([answeredBy(), answeredBy()])).size;
  await expect.poll(connections).toBe(1);
});

it('nothing waits behind a statement that takes long', async () => {
  const ended: string[] = [];
  const slow = answeredBy('pg_sleep(2)').finally(() => ended.push('slow'));
  await sleep(50);
  const quick: number[] = [];
  for (let n = 0; n < 10; n += 1) quick.push(await answeredBy());
  ended.push('quick');
  expect(quick).not.toContain(await slow);
  expect(ended).toEqual(['quick', 'slow']);
});

it('several that take long have a connection each, and the rest the last one', async () => {
  const slow = [answeredBy('pg_sleep(2)')];
  await sleep(50);
  slow.push(answeredBy('pg_sleep(2)'));
  await sleep(50);
  const quick = [await answeredBy(), await answeredBy()];
  expect(new Set([...(await Promise.all(slow)), ...quick]).size).toBe(3);
});

it('while all are busy, none of what is asked waits for the one that takes longest', async () => {
  const ended: string[] = [];
  const slow = answeredBy('pg_sleep(3)').finally(() => ended.push('slow'));
  await sleep(50);
  // Each is longer than the time for which a connection is shared, so they are dealt out.
  const others = Array.from({ length: 12 }, async () => {
    for (let n = 0; n < 5; n += 1) await answeredBy('pg_sleep(0.02)');
  });
  await Promise.all(others);
  ended.push('others');
  await slow;
  expect(ended).toEqual(['others', 'slow']);
});

it('when all of them are busy the next one waits, and is answered', async () => {
  const slow: Promise<number>[] = [];
  for (let n = 0; n < 3; n += 1) {
    slow.push(answeredBy('pg_sleep(1)'));
    await sleep(50);
  }
  const next = answeredBy();
  expect(await Promise.all(slow)).toContain(await next);
});
