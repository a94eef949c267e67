import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { users } from '../../../src/platform/db/tables/index.ts';
import { logError } from '../../../src/platform/errors/log-error.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const NAME = 'Asha Rao';
const EMAIL = 'asha.rao@example.com';
const PERSONAL = /asha|rao|98765/i;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.insert(users).values({ id: 'user-1', name: 'Somebody', email: EMAIL });
});
afterAll(() => database.close());

/** What is logged of the error that a real statement fails with. */
async function logged(fails: () => Promise<unknown>): Promise<string> {
  const lines: string[] = [];
  const log = pino({ level: 'trace', serializers: { err: logError } }, { write: (line) => lines.push(line) });
  await fails().then(
    () => expect.unreachable('it did not fail'),
    (error: unknown) => log.error({ err: error }, 'failed'),
  );
  return lines.join();
}

describe('of a failed statement the log has the statement and the code, but no value,', () => {
  it.each<[string, string, () => Promise<unknown>]>([
    [
      'a row that is there already',
      '23505',
      () =>
        database.db.insert(users).values({ id: 'user-1', name: NAME, email: EMAIL, phone: '+919876543210' }),
    ],
    [
      'a row that breaks a rule',
      '23514',
      () =>
        database.db.execute(
          sql`insert into users (id, name, email, phone) values (${''}, ${NAME}, ${EMAIL}, ${'98765'})`,
        ),
    ],
    ['a value of another type', '22P02', () => database.db.execute(sql`select ${EMAIL}::text::int`)],
    ['a value that is no time', '22007', () => database.db.execute(sql`select ${EMAIL}::text::timestamptz`)],
    [
      'a parameter that looks like the frame of a stack',
      '22P02',
      () => database.db.execute(sql`select ${`x\n    at ${EMAIL}`}::text::int`),
    ],
    [
      'a parameter beside another mistake',
      '42703',
      () => database.db.execute(sql`select ${EMAIL}::text, nonsense`),
    ],
  ])('%s', async (_words, code, fails) => {
    const line = await logged(fails);
    expect(line).not.toMatch(PERSONAL);
    expect(JSON.parse(line).err).toMatchObject({
      type: 'DrizzleQueryError',
      message: expect.stringMatching(/^Failed query: (select|insert) /),
      cause: { type: 'PostgresError', code, stack: expect.arrayContaining([expect.stringMatching(/^at /)]) },
    });
  });

  it("nor a value of the driver's own error, without Drizzle", async () => {
    const client = postgres(database.url, { max: 1 });
    const line = await logged(() => client.unsafe('select $1::text::int', [EMAIL]));
    await client.end();
    expect(line).not.toMatch(PERSONAL);
    expect(JSON.parse(line).err).toMatchObject({ type: 'PostgresError', code: '22P02', message: 'bad data' });
  });
});

it('what is no database error keeps its message and its stack', async () => {
  const line = await logged(async () => {
    throw new TypeError('cannot read', { cause: new Error('because') });
  });
  expect(JSON.parse(line).err).toMatchObject({
    type: 'TypeError',
    message: 'cannot read',
    stack: expect.arrayContaining([expect.stringContaining('log-error.test.ts')]),
    cause: { type: 'Error', message: 'because' },
  });
});

it('what is no error is not shown', async () => {
  const line = await logged(() => Promise.reject(EMAIL));
  expect(line).not.toMatch(PERSONAL);
});
