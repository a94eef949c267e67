import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { PATIENTLY } from '../../support/patiently.ts';
import { rawPost } from '../../support/raw-request.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** Everything is logged here, which nobody does in production for long. */

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi({ logLevel: 'trace' });
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  token = await signToken('user-asha', SECRET, TOKEN_RULES);
});
afterAll(() => api.close());
beforeEach(() => {
  api.logs.length = 0;
});

const CANCEL = 'mutation { cancelTicket(id: "TKT-1", idempotencyKey: "a key of Asha") { status } }';
const ask = (query: string, ...authorizations: string[]) =>
  rawPost(
    `${api.origin}/graphql?access_token=${token}`,
    authorizations.flatMap((value) => ['authorization', value]),
    { query },
  );

/** Neither a token nor its parts, nor who it is, nor what a statement was given. */
function expectNothingPersonal(): void {
  const logged = api.logs.join('');
  for (const part of [...token.split('.'), 'user-asha', 'asha@', 'a key of Asha', 'TKT-1', 'Bearer'])
    expect(logged).not.toContain(part);
}

it('what goes well or is refused is logged without data', async () => {
  const [header, claims] = token.split('.');
  await ask('{ myTickets { nodes { id } } }', `Bearer ${token}`);
  await ask('{ ticket(id: "TKT-2") { id } }', `Bearer ${token}`);
  await ask('{ nonsense }', `Bearer ${token}`);
  for (const refused of [`${token}x`, `${header}.${claims}.`, `Basic ${token}`])
    expect((await ask('{ __typename }', `Bearer ${refused}`)).status).toBe(401);
  expect((await ask('{ __typename }', `Bearer ${token}`, `Bearer ${token}`)).status).toBe(401);
  await vi.waitFor(() => expect(api.logs).toHaveLength(7), PATIENTLY);
  expectNothingPersonal();
});

it.each(['tickets', 'idempotency_keys'])(
  'a mistake of ours with %s is logged without data',
  async (table) => {
    const { db } = api.database;
    await db.execute(sql.raw(`alter table ${table} rename to away`));
    await ask('{ myTickets { nodes { id } } ticket(id: "TKT-1") { id } }', `Bearer ${token}`);
    await ask(CANCEL, `Bearer ${token}`);
    await db.execute(sql.raw(`alter table away rename to ${table}`));
    expect(api.logs.join('')).toContain(`relation \\"${table}\\" does not exist`);
    expectNothingPersonal();
  },
);

it('a row that cannot be written is logged without data', async () => {
  const { db } = api.database;
  await db.execute(
    sql`alter table cancellation_attempts add constraint nobody check (user_id = '') not valid`,
  );
  await ask(CANCEL, `Bearer ${token}`);
  await db.execute(sql`alter table cancellation_attempts drop constraint nobody`);
  // Several rules are told that the call could not be opened.
  expect(api.logs.filter((line) => line.includes('"err":'))).toHaveLength(1);
  // Citus names it, with the shard's number, only in the message.
  expect(api.logs.join('')).toMatch(/"constraint":"nobody"|violates check constraint \\"nobody_\d+\\"/);
  expectNothingPersonal();
});
