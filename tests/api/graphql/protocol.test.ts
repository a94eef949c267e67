import { gzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** GraphQL over HTTP: https://graphql.github.io/graphql-over-http/draft/ */

let api: TestApi;
let authorization: string;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  authorization = `Bearer ${await signToken('user-asha', SECRET, TOKEN_RULES)}`;
});
afterAll(() => api.close());

const JSON_TYPE = { 'content-type': 'application/json' };
const request = (init: RequestInit) => fetch(`${api.origin}/graphql`, init);
const post = (body: BodyInit, headers: Record<string, string> = JSON_TYPE) =>
  request({ method: 'POST', body, headers });

describe('the audits of graphql-http', () => {
  /** They want queries by plain GET, as a link in a foreign page could send them. */
  const REFUSED_FOR_CSRF = ['5A70', 'D6D5', '6A70'];
  const audits = serverAudits({ url: () => `${api.origin}/graphql`, fetchFn: fetch });

  it('are 61', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (id, _name, audit) => {
      const { status } = await audit.fn();
      expect(status).toBe(REFUSED_FOR_CSRF.includes(id) ? 'notice' : 'ok');
    },
  );
});

describe('what a client accepts', () => {
  const cancel = JSON.stringify({ query: 'mutation { cancelTicket(id: "TKT-1") { status } }' });
  const statusOf = async () => (await api.send('{ ticket(id: "TKT-1") { status } }')).data.ticket.status;

  it.each(['text/html', 'image/*', 'application/xml, text/plain', 'application/json;q=0'])(
    '%s: a mutation is answered with 406 and not executed',
    async (accept) => {
      const response = await post(cancel, { ...JSON_TYPE, accept, authorization });
      expect([response.status, await statusOf()]).toEqual([406, 'CONFIRMED']);
    },
  );

  it.each([
    ['*/*', 'application/json'],
    ['application/*', 'application/json'],
    ['application/json;q=0.5, application/graphql-response+json', 'application/graphql-response+json'],
    ['text/html, application/json;q=0.1', 'application/json'],
  ])('%s is answered as %s', async (accept, type) => {
    const response = await post('{"query":"{ __typename }"}', { ...JSON_TYPE, accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining(type),
    ]);
  });

  it('a query that is not valid is 400 as application/graphql-response+json, 200 as application/json', async () => {
    const statusAs = async (accept: string) =>
      (await post('{"query":"{ nothing }"}', { ...JSON_TYPE, accept })).status;
    expect([await statusAs('application/graphql-response+json'), await statusAs('application/json')]).toEqual(
      [400, 200],
    );
  });
});

describe('another method', () => {
  it.each(['PUT', 'DELETE', 'PATCH', 'HEAD'])('%s is answered with 405 and Allow', async (method) => {
    const response = await request({ method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, GET']);
  });

  it('GET runs no mutation', async () => {
    const query = encodeURIComponent('mutation { cancelTicket(id: "TKT-1") { status } }');
    const headers = { 'apollo-require-preflight': '1', authorization };
    const response = await fetch(`${api.origin}/graphql?query=${query}`, { headers });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await api.send('{ ticket(id: "TKT-1") { status } }')).data.ticket.status).toBe('CONFIRMED');
  });
});

describe('a body that cannot be taken', () => {
  const query = '{"query":"{ __typename }"}';
  const json = (more: Record<string, string>) => ({ ...JSON_TYPE, ...more });
  const cases: [string, BodyInit, Record<string, string>, number, RegExp?][] = [
    ['broken JSON', '{"query": ', JSON_TYPE, 400, /not valid JSON/],
    ['JSON with a comment', '{"query":"{ __typename }" /* */}', JSON_TYPE, 400],
    ['an array', `[${query}]`, JSON_TYPE, 400],
    ['a text', '"{ __typename }"', JSON_TYPE, 400],
    ['a number', '42', JSON_TYPE, 400],
    ['null', 'null', JSON_TYPE, 400],
    ['nothing', '', JSON_TYPE, 400],
    ['an empty object', '{}', JSON_TYPE, 400],
    ['a query that is no text', '{"query":{"kind":"Document"}}', JSON_TYPE, 400],
    ['variables that are a text', '{"query":"{ __typename }","variables":"{}"}', JSON_TYPE, 400],
    ['variables that are an array', '{"query":"{ __typename }","variables":[]}', JSON_TYPE, 400],
    ['extensions that are a number', '{"query":"{ __typename }","extensions":1}', JSON_TYPE, 400],
    ['an operationName that is a number', '{"query":"{ __typename }","operationName":1}', JSON_TYPE, 400],
    ['a web form', 'query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' }, 400],
    ['plain text', query, { 'content-type': 'text/plain' }, 400],
    ['no type at all', new Blob([query]), {}, 400],
    ['a type that is none', query, { 'content-type': 'json' }, 400],
    ['another charset', query, { 'content-type': 'application/json; charset=latin1' }, 415, /Send UTF-8/],
    [
      'a charset that is none',
      query,
      { 'content-type': 'application/json; charset=rot13' },
      415,
      /Send UTF-8/,
    ],
    [
      'an unknown encoding',
      query,
      json({ 'content-encoding': 'rot13' }),
      415,
      /Content-Encoding is not supported/,
    ],
    [
      'gzip that is none',
      query,
      json({ 'content-encoding': 'gzip' }),
      400,
      /not what its Content-Encoding says/,
    ],
    [
      'broken gzip',
      new Uint8Array(gzipSync(query)).subarray(0, 12),
      json({ 'content-encoding': 'gzip' }),
      400,
      /cut off/,
    ],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), JSON_TYPE, 400],
    ['more than 100 KB', `{"query":"{ __typename } # ${'x'.repeat(110_000)}"}`, JSON_TYPE, 413, /100 KB/],
    [
      'a bomb of gzip',
      new Uint8Array(gzipSync(`{"query":"${' '.repeat(20_000_000)}"}`)),
      json({ 'content-encoding': 'gzip' }),
      413,
    ],
  ];

  it.each(cases)(
    '%s: an error in the shape of GraphQL, and the connection goes on',
    async (_words, body, headers, status, message = /./) => {
      const response = await post(body, headers);
      const text = await response.text();
      expect(response.status).toBe(status);
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      expect(JSON.parse(text)).toEqual({
        errors: [{ message: expect.stringMatching(message), extensions: { code: expect.any(String) } }],
      });
      expect(text).not.toMatch(/node_modules|\bat \/|SyntaxError|\/src\//);
      expect((await post(query)).status).toBe(200);
    },
  );

  it('gzip that is whole is read', async () => {
    const response = await post(new Uint8Array(gzipSync(query)), json({ 'content-encoding': 'gzip' }));
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});
