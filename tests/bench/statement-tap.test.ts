import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { type StatementTap, startStatementTap } from './statement-tap.ts';

let database: TestDatabase;
let tap: StatementTap;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await createTestDatabase();
  tap = await startStatementTap(database.url);
  sql = postgres(tap.url, { max: 1, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  tap.close();
  await database.close();
});

const prepared = (number: number) => sql`select ${number}::int`;
const unprepared = (text: string) => sql.unsafe(text, [1], { prepare: false });
const newText = () => `select $1::int as "${randomUUID()}"`;

it.each([
  ['a prepared statement waits once', () => prepared(1), { statements: 1, parsed: 0, roundTrips: 1 }],
  [
    'an unprepared statement waits twice at first: for its parameter types and for its result',
    () => unprepared(newText()),
    { statements: 1, parsed: 1, roundTrips: 2 },
  ],
  [
    'an unprepared statement waits once if its parameter types are known',
    () => unprepared('select $1::int'),
    { statements: 1, parsed: 1, roundTrips: 1 },
  ],
  [
    'three that are sent together wait once',
    () => Promise.all([prepared(1), prepared(2), prepared(3)]),
    { statements: 3, parsed: 0, roundTrips: 1 },
  ],
  [
    'three in a row wait three times',
    async () => {
      for (const number of [1, 2, 3]) await prepared(number);
    },
    { statements: 3, parsed: 0, roundTrips: 3 },
  ],
  [
    'a transaction waits for its statement, which is sent behind its beginning, and its end',
    () => sql.begin((tx) => tx`select 1`),
    // BEGIN and COMMIT are not prepared.
    { statements: 3, parsed: 2, roundTrips: 2 },
  ],
])('%s', async (_words, run, count) => {
  await run();
  expect(await tap.during(async () => run())).toEqual(count);
});
