import { sql } from 'drizzle-orm';
import { GraphQLError } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { toClientError } from '../../../src/platform/errors/mask-error.ts';
import { createLogger } from '../../../src/platform/telemetry/logger.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
});
afterAll(() => api.close());

const post = async (query: string) => {
  const authorization = `Bearer ${await signToken('user-asha', SECRET, TOKEN_RULES)}`;
  const headers = { 'content-type': 'application/json', authorization };
  return fetch(`${api.origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
};

const OPERATIONS = {
  'the list': '{ myTickets { nodes { id } } }',
  'an access rule of ticket': '{ ticket(id: "TKT-1") { id } }',
  'an access rule of cancelTicket': 'mutation { cancelTicket(id: "TKT-1", idempotencyKey: "k") { status } }',
};

/** Runs while a table is away under another name. */
async function without(table: string, run: () => Promise<void>): Promise<void> {
  const { db } = api.database;
  await db.execute(sql.raw(`alter table ${table} rename to away`));
  try {
    await run();
  } finally {
    await db.execute(sql.raw(`alter table away rename to ${table}`));
  }
}

describe('a mistake of ours', () => {
  it.each([
    ['in the list', 'tickets', OPERATIONS['the list']],
    ['in an access rule', 'tickets', OPERATIONS['an access rule of ticket']],
    [
      'in the rule that counts attempts',
      'cancellation_attempts',
      'mutation { cancelTicket(id: "TKT-1") { status } }',
    ],
    ['in the transaction', 'ticket_events', 'mutation { cancelTicket(id: "TKT-1") { status } }'],
    ['below the root', 'shows_unused', '{ ticket(id: "TKT-1") { payment { id } } }'],
  ])('%s is masked, and logged under the id that the answer has', async (_words, table, query) => {
    api.logs.length = 0;
    const broken = table === 'shows_unused' ? 'payments' : table;
    await without(broken, async () => {
      const answer = await api.send(query);
      const [error] = answer.errors ?? [];
      expect(error).toMatchObject({
        message: 'Something went wrong on our side.',
        extensions: { code: 'INTERNAL_SERVER_ERROR', errorId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
      expect(JSON.stringify(answer)).not.toMatch(
        /select|relation|away|user-asha|\/src\/|node_modules|stack|at /i,
      );
      const logged = api.logs.filter((line) => line.includes(String(error?.extensions.errorId)));
      expect(logged).toHaveLength(1);
      expect(logged[0]).toContain(broken);
    });
  });
});

describe('a database that is away', () => {
  it.each(Object.entries(OPERATIONS))(
    'answers SERVICE_UNAVAILABLE in %s, not a denial, with the status of what was executed',
    async (_words, query) => {
      const { db } = api.database;
      await db.execute(
        sql`create function away() returns boolean language plpgsql as $$ begin raise exception 'gone' using errcode = '57P01'; end $$`,
      );
      for (const table of ['tickets', 'idempotency_keys']) {
        await db.execute(sql.raw(`alter table ${table} rename to ${table}_here`));
        await db.execute(sql.raw(`create view ${table} as select * from ${table}_here where away()`));
      }
      const response = await post(query);
      const { errors } = await response.json();
      expect(response.status).toBe(200);
      expect(errors[0]).toMatchObject({
        message: 'The service is busy or restarting. Try again in a moment.',
        extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 },
      });
      for (const table of ['tickets', 'idempotency_keys']) {
        await db.execute(sql.raw(`drop view ${table}`));
        await db.execute(sql.raw(`alter table ${table}_here rename to ${table}`));
      }
      await db.execute(sql`drop function away`);
    },
  );
});

describe('a mistake of the client', () => {
  it.each([
    ['that does not parse', '{ myTickets', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['of an unknown field', '{ myTicket }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'of a variable of another type',
      'query($id: ID!) { ticket(id: $id) { id } }',
      { id: {} },
      'BAD_USER_INPUT',
    ],
    ['of a missing variable', 'query($id: ID!) { ticket(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
    [
      'of a null where none may be',
      'query($id: ID = "x") { ticket(id: $id) { id } }',
      { id: null },
      'BAD_USER_INPUT',
    ],
    [
      'of a number too large',
      '{ myTickets(first: 99999999999) { totalCount } }',
      undefined,
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('%s says what is wrong', async (_words, query, variables, code) => {
    api.logs.length = 0;
    const { errors } = await api.send(query, variables ? { variables } : {});
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect(api.logs).toEqual([]);
  });
});

it('an error that graphql-js raises of nothing in the request is no mistake of the client', () => {
  const logs: string[] = [];
  const log = createLogger('error', { write: (line) => logs.push(line) });
  const { message, extensions } = toClientError(
    new GraphQLError('Schema must contain uniquely named types.'),
    log,
  );
  expect([message, extensions.code]).toEqual(['Something went wrong on our side.', 'INTERNAL_SERVER_ERROR']);
  expect(logs.join()).toContain('uniquely named types');
});
