import { gzipSync } from 'node:zlib';
import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** GraphQL over HTTP: https://http-spec.graphql.org/September2026/ (docs/decisions/070) */

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
  /** They want 400 from a draft, where the first release says 422. */
  const OLDER_THAN_THE_RELEASE = { '86EE': 'warn', '423L': 'notice' };
  /** They want queries by plain GET, as a link in a foreign page could send them. */
  const REFUSED_FOR_CSRF = { '5A70': 'notice', D6D5: 'notice', '6A70': 'notice' };
  const signedIn: typeof fetch = (url, init) =>
    fetch(url, { ...init, headers: { ...init?.headers, authorization } });
  const auditsBy = (fetchFn: typeof fetch) => serverAudits({ url: () => `${api.origin}/graphql`, fetchFn });
  const audits = auditsBy(fetch);

  it('are 61', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.id, audit.name, audit] as const))(
    '%s: %s',
    async (id, _name, audit) => {
      const { status } = await audit.fn();
      expect(status).toBe(
        ({ ...OLDER_THAN_THE_RELEASE, ...REFUSED_FOR_CSRF } as Record<string, string>)[id] ?? 'ok',
      );
    },
  );

  it.each(auditsBy(signedIn).map((audit) => [audit.id, audit.name, audit] as const))(
    '%s of a client that signs in: %s',
    async (id, _name, audit) => {
      const { status } = await audit.fn();
      expect(status).toBe((OLDER_THAN_THE_RELEASE as Record<string, string>)[id] ?? 'ok');
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

  const NEW = 'application/graphql-response+json';
  it.each([
    [`${NEW}; charset=utf-8, application/json; charset=utf-8`, NEW],
    ['application/json; charset=utf-8', 'application/json'],
    ['application/json;charset=UTF8', 'application/json'],
    ['application/json; charset="utf-8"; q=0.9, application/graphql-response+json; q=1.0', NEW],
    ['APPLICATION/JSON; Charset=UTF-8', 'application/json'],
    [`${NEW}; profile="a, b; q=0"`, NEW],
    [`application/json; profile="https://example.com/\\"x\\""; q=0.1, ${NEW};v=1;q=0.2`, NEW],
    [`${NEW};q=0, */*`, 'application/json'],
    [`application/json; charset=utf-8; q=0, application/*`, NEW],
    [`multipart/mixed; deferSpec=20220824, ${NEW}; charset=utf-8, application/json`, NEW],
    ['application/json;', 'application/json'],
    [',application/json,', 'application/json'],
    ['*/*; charset=utf-8', 'application/json'],
    ['', 'application/json'],
  ])('%j: parameters do not change the choice of %s', async (accept, type) => {
    const response = await post('{"query":"{ __typename }"}', { ...JSON_TYPE, accept });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`]);
  });

  it('a cancellation is executed and answered whatever the parameters are', async () => {
    const accept = 'application/graphql-response+json; charset=utf-8';
    const query = 'mutation { cancelTicket(id: "TKT-none") { status } }';
    const response = await post(JSON.stringify({ query }), { ...JSON_TYPE, accept, authorization });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});

describe('the status of an answer', () => {
  const NEW = 'application/graphql-response+json';
  const query = (text: string, more: object = {}) => JSON.stringify({ query: text, ...more });
  const NEEDED = 'query Needed($id: ID!) { ticket(id: $id) { id } }';
  const hash = { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } };
  const cases: [string, string, asNew: number, asJson: number][] = [
    ['data', query('{ __typename }'), 200, 200],
    ['data and errors', query('{ __typename ticket(id: "TKT-none") { id } }'), 294, 200],
    ['null for data, and errors', query('{ myTickets { totalCount } }'), 294, 200],
    ['no GraphQL', query('{'), 400, 200],
    ['no operation of the schema', query('{ nothing }'), 422, 200],
    ['no operation of that name', query('query A { __typename }', { operationName: 'B' }), 422, 200],
    ['two operations, no name', query('query A { __typename } query B { __typename }'), 422, 200],
    ['a variable that is missing', query(NEEDED), 422, 200],
    ['a variable of another type', query(NEEDED, { variables: { id: {} } }), 422, 200],
    ['a hash that nobody registered', JSON.stringify({ extensions: hash }), 422, 200],
    ['broken JSON', '{"query":', 400, 400],
    ['no query', '{"qeury":"{ __typename }"}', 422, 400],
    ['a query that is a number', '{"query":1}', 422, 400],
    ['variables that are a list', query('{ __typename }', { variables: [7] }), 422, 400],
    ['extensions that are a number', query('{ __typename }', { extensions: 1 }), 422, 400],
    ['an operationName that is a number', query('{ __typename }', { operationName: 1 }), 422, 400],
    ['a list of requests', `[${query('{ __typename }')}]`, 422, 400],
  ];

  it.each(cases)('%s', async (_words, body, asNew, asJson) => {
    // Twice: the second answer may come from the fast path.
    for (const accept of [NEW, NEW, 'application/json', 'application/json']) {
      const response = await post(body, { ...JSON_TYPE, accept });
      expect(response.status).toBe(accept === NEW ? asNew : asJson);
      expect(response.headers.get('content-type')).toBe(`${accept}; charset=utf-8`);
      const answer = await response.json();
      if (asNew === 200) expect(answer).toEqual({ data: { __typename: 'Query' } });
      else expect(answer.errors).toHaveLength(1);
      expect('data' in answer).toBe(asNew < 300);
    }
  });

  it('is 401 with a bad token, 405 by another method, 406 without a common type, each with a readable error', async () => {
    const bad = await post(query('{ __typename }'), { ...JSON_TYPE, accept: NEW, authorization: 'Bearer x' });
    const put = await request({ method: 'PUT', headers: { accept: NEW } });
    const html = await post(query('{ __typename }'), { ...JSON_TYPE, accept: 'image/png' });
    expect([bad, put, html].map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
      [401, `${NEW}; charset=utf-8`],
      [405, `${NEW}; charset=utf-8`],
      [406, 'application/json; charset=utf-8'],
    ]);
    for (const response of [bad, put, html])
      expect(await response.json()).toEqual({
        errors: [{ message: expect.any(String), extensions: { code: expect.any(String) } }],
      });
  });

  it('null is as good as missing, and properties that nobody knows are ignored', async () => {
    const more = { operationName: null, variables: null, extensions: null, id: 7, documentId: 'x' };
    const response = await post(query('{ __typename }', more));
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });
});

describe('the type of a body', () => {
  it.each([
    'application/json; charset=utf8',
    'application/json; charset="utf-8"',
    'application/json;charset=UTF-8',
    'Application/JSON; Charset="UTF8"',
    'application/json; profile="https://example.com/a;b"',
    'application/json; charset=utf-8; profile=x',
    'application/json; charset=',
    'application/json;',
    'application/json ; charset=utf-8',
  ])('%s is JSON', async (type) => {
    const response = await post('{"query":"{ __typename }"}', { 'content-type': type });
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('of an answer is followed by its charset, which is UTF-8', async () => {
    const body = JSON.stringify({ query: '{ __typename } # ₹ \u00e9 é' });
    const response = await post(body, { 'content-type': 'application/json; charset=utf8' });
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
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
    ['a web form', 'query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['plain text', query, { 'content-type': 'text/plain' }, 415],
    ['no type at all', new Blob([query]), {}, 415],
    ['a type that is none', query, { 'content-type': 'json' }, 415],
    ['two types', query, { 'content-type': 'application/json, text/plain' }, 415],
    ['JSON of something else', query, { 'content-type': 'application/ld+json' }, 415],
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
