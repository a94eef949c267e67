import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

/** What the driver, which our patch mends, has prepared on its connection. */

let database: TestDatabase;
let client: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  client = postgres(database.url, { max: 1 });
});
afterAll(async () => {
  await client.end();
  await database.close();
});

const TEXT = 'select $1 as given';

async function given(value: string | bigint): Promise<unknown> {
  const [row] = await client.unsafe(TEXT, [value as never], { prepare: true });
  return row?.given;
}

async function prepared(): Promise<number> {
  const [row] = await client`select count(*)::int from pg_prepared_statements where statement = ${TEXT}`;
  return row?.count;
}

it('a text is prepared once for each kind of its parameters', async () => {
  expect([await given('1'), await given('2'), await given(3n), await given(4n)]).toEqual([
    '1',
    '2',
    '3',
    '4',
  ]);
  expect(await prepared()).toBe(2);
});

it('and anew when its connection was lost', async () => {
  await client.unsafe('select pg_terminate_backend(pg_backend_pid())').catch(() => {});
  expect(await given('5')).toBe('5');
  expect(await prepared()).toBe(1);
});
