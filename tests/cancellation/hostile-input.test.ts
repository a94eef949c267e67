import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { tickets } from '../../src/platform/db/tables/index.ts';
import { HOSTILE_TEXTS } from '../security/fuzz/hostile-text.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
});
beforeEach(() => {
  api.logs.length = 0;
});
afterAll(async () => {
  const rows = await api.database.db.select({ status: tickets.status }).from(tickets);
  expect(rows).toEqual([{ status: 'CONFIRMED' }]);
  await api.close();
});

const TEXTS = [...HOSTILE_TEXTS, 'x'.repeat(90_000), '\u0000'.repeat(10_000)];

it.each(TEXTS)('a ticket id such as %.30j is a missing ticket', async (id) => {
  const query = `query($id: ID!) { ticket(id: $id) { id } }`;
  const cancel = `mutation($id: ID!) { cancelTicket(id: $id) { status } }`;
  for (const operation of [query, cancel]) {
    const { errors } = await api.send(operation, { variables: { id } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  }
  expect(api.logs).toEqual([]);
});

it.each(TEXTS)('a cursor such as %.30j is bad input', async (cursor) => {
  const query = 'query($after: String) { myTickets(after: $after) { nodes { id } } }';
  const { errors } = await api.send(query, { variables: { after: cursor } });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(api.logs).toEqual([]);
});

it.each(TEXTS)('an amount such as %.30j is bad input, and cancels nothing', async (amount) => {
  const query =
    'mutation($refund: Decimal) { cancelTicket(id: "TKT-1", expectedRefund: $refund) { status } }';
  const { errors } = await api.send(query, { variables: { refund: amount } });
  expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  expect(api.logs).toEqual([]);
});

/** Bodies are strings, because __proto__ in an object literal would set the prototype. */
it.each([
  ['an unknown variable', '{"query":"{__typename}","variables":{"__proto__":{"a":1},"constructor":1}}', 200],
  [
    'a filter with a prototype',
    '{"query":"query($f:TicketFilter){myTickets(filter:$f){totalCount}}","variables":{"f":{"__proto__":{"status":"CONFIRMED"}}}}',
    422,
  ],
  ['a body with a prototype', '{"__proto__":{"query":"{__typename}"}}', 422],
  ['a query that is not a string', '{"query":{"toString":1}}', 422],
  ['an operation name that is not a string', '{"query":"{__typename}","operationName":{"toString":1}}', 422],
  [
    'an operation name that every object has as a property',
    '{"query":"{__typename}","operationName":"__proto__"}',
    422,
  ],
  ['variables that are a list', '{"query":"{__typename}","variables":[1]}', 422],
  ['extensions that are text', '{"query":"{__typename}","extensions":"__proto__"}', 422],
  [
    'a persisted query without a version',
    '{"query":"{__typename}","extensions":{"persistedQuery":{"toString":1}}}',
    422,
  ],
  [
    'a persisted query whose hash is not a string',
    '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":{"toString":1}}}}',
    422,
  ],
])('%s causes no internal error', async (_words, body, status) => {
  const token = await signToken('user-asha', SECRET, TOKEN_RULES);
  const response = await fetch(`${api.origin}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization: `Bearer ${token}`,
    },
    body,
  });
  expect(response.status).toBe(status);
  expect(await response.text()).not.toContain('INTERNAL_SERVER_ERROR');
  expect(api.logs).toEqual([]);
});
