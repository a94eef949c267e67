import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** GET of clients that sign in, without any other header. */

let api: TestApi;
let authorization: string;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  authorization = `Bearer ${await signToken('user-asha', SECRET, TOKEN_RULES)}`;
});
afterAll(() => api.close());

const accept = 'application/graphql-response+json';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const persisted = (sha256Hash: unknown) => JSON.stringify({ persistedQuery: { version: 1, sha256Hash } });

async function get(params: Record<string, string> | string) {
  const url = `${api.origin}/graphql?${new URLSearchParams(params)}`;
  const response = await fetch(url, { headers: { accept, authorization } });
  return { status: response.status, allow: response.headers.get('allow'), ...(await response.json()) };
}

const BY_ID = 'query ById($id: ID!) { ticket(id: $id) { id } }';
const FOUND = { status: 200, data: { ticket: { id: 'TKT-1' } } };

describe('a query by GET', () => {
  it.each<[string, Record<string, string>]>([
    ['with variables', { query: BY_ID, variables: '{"id":"TKT-1"}' }],
    ['with a name', { query: BY_ID, variables: '{"id":"TKT-1"}', operationName: 'ById' }],
    [
      'with empty parameters',
      { query: '{ ticket(id: "TKT-1") { id } }', variables: '', operationName: '', extensions: '' },
    ],
    [
      'with null for objects',
      { query: '{ ticket(id: "TKT-1") { id } }', variables: 'null', extensions: 'null' },
    ],
    ['with parameters that nobody knows', { query: '{ ticket(id: "TKT-1") { id } }', id: '7' }],
  ])('runs %s', async (_words, params) => {
    expect(await get(params)).toMatchObject(FOUND);
  });

  it('may be called null', async () => {
    const params = { query: 'query null { __typename } query other { __typename }', operationName: 'null' };
    expect(await get(params)).toMatchObject({ status: 200, data: { __typename: 'Query' } });
  });

  it.each<[string, Record<string, string> | string, number]>([
    ['variables that are no JSON', { query: BY_ID, variables: '{id:1}' }, 422],
    ['variables that are a list', { query: BY_ID, variables: '["TKT-1"]' }, 422],
    ['extensions that are a text', { query: BY_ID, extensions: '"x"' }, 422],
    ['two queries', 'query={__typename}&query={__typename}', 422],
    ['no query', {}, 422],
    ['no GraphQL', { query: '{' }, 400],
    ['a hash that is a number', { extensions: persisted(7) }, 422],
  ])('with %s is refused', async (_words, params, status) => {
    expect(await get(params)).toMatchObject({
      status,
      errors: [{ extensions: { code: expect.any(String) } }],
    });
  });
});

describe('a mutation by GET', () => {
  const CANCEL = 'mutation Cancel { cancelTicket(id: "TKT-1") { status } }';
  it.each<[string, Record<string, string>]>([
    ['by its text', { query: CANCEL }],
    ['beside a query', { query: `${CANCEL} query Read { __typename }`, operationName: 'Cancel' }],
    ['by its hash', { query: CANCEL, extensions: persisted(sha256(CANCEL)) }],
  ])('%s is refused, and nothing is cancelled', async (_words, params) => {
    expect(await get(params)).toMatchObject({ status: 405, allow: 'POST' });
    expect((await api.send('{ ticket(id: "TKT-1") { status } }')).data.ticket.status).toBe('CONFIRMED');
  });

  it('is refused by its hash alone, once it has run by POST', async () => {
    const query = 'mutation Cancel { cancelTicket(id: "TKT-none") { status } }';
    const extensions = JSON.parse(persisted(sha256(query)));
    const headers = { 'content-type': 'application/json', authorization };
    const body = JSON.stringify({ query, extensions });
    await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body });
    expect(await get({ extensions: persisted(sha256(query)) })).toMatchObject({ status: 405, allow: 'POST' });
  });
});

describe('an automatic persisted query by GET', () => {
  it('is registered by GET, and found by GET and by POST from then on', async () => {
    const extensions = persisted(sha256(BY_ID));
    const variables = '{"id":"TKT-1"}';
    expect(await get({ extensions, variables })).toMatchObject({
      status: 422,
      errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
    });
    expect(await get({ query: BY_ID, extensions, variables })).toMatchObject(FOUND);
    expect(await get({ extensions, variables })).toMatchObject(FOUND);
    const headers = { 'content-type': 'application/json', authorization };
    const body = `{"extensions":${extensions},"variables":${variables}}`;
    const posted = await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body });
    expect(await posted.json()).toEqual({ data: FOUND.data });
  });
});
