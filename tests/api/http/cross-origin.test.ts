import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, startTestInstance, type TestApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const ALLOWED = 'https://app.example.com';

const preflight = (origin: string, names = 'authorization,content-type') =>
  fetch(`${api.origin}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': names,
    },
  });
const post = (origin: string, path = '/graphql') =>
  fetch(`${api.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: '{"query":"{ __typename }"}',
  });

it('a page of an allowed origin may call GraphQL with a token, and read which request it was', async () => {
  const asked = await preflight(ALLOWED);
  expect(asked.status).toBe(204);
  expect(Object.fromEntries(asked.headers)).toMatchObject({
    'access-control-allow-origin': ALLOWED,
    'access-control-allow-methods': 'GET,POST',
    'access-control-allow-headers': expect.stringContaining('authorization'),
    vary: expect.stringContaining('Origin'),
  });
  const answered = await post(ALLOWED);
  expect(answered.headers.get('access-control-allow-origin')).toBe(ALLOWED);
  expect(answered.headers.get('access-control-expose-headers')).toContain('x-request-id');
});

it.each(['https://evil.example.com', 'http://app.example.com', `${ALLOWED}.evil.example.com`, 'null'])(
  'a page of %s may not',
  async (origin) => {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
    expect((await post(origin)).headers.get('access-control-allow-origin')).toBeNull();
  },
);

/** What Apollo Client, urql, tracing libraries and monitoring add. */
it.each([
  'apollographql-client-name,apollographql-client-version,x-apollo-operation-name,graphql-require-preflight',
  'graphql-client-name,graphql-client-version',
  'baggage,sentry-trace,traceparent,tracestate',
  'b3,x-b3-traceid,x-datadog-trace-id,newrelic',
  'authorization,content-type,x-requested-with,x-anything-else',
])('a page of an allowed origin may send %s', async (names) => {
  const { headers } = await preflight(ALLOWED, names);
  expect(headers.get('access-control-allow-headers')).toBe(names);
  expect(headers.get('vary')).toContain('Access-Control-Request-Headers');
});

describe('with subdomains and apps', () => {
  const origins = ['https://*.example.com', 'http://*.dev.example.org:3000', 'capacitor://localhost'];
  let other: TestApi;
  beforeAll(async () => {
    other = await startTestInstance(api, { corsOrigins: origins });
  });
  afterAll(() => other.close());
  const allowed = async (origin: string) => {
    const { headers } = await fetch(`${other.origin}/graphql`, { method: 'OPTIONS', headers: { origin } });
    return headers.get('access-control-allow-origin');
  };

  it.each([
    'https://app.example.com',
    'https://pr-7.preview.example.com',
    'http://a.dev.example.org:3000',
    'capacitor://localhost',
  ])('a page of %s may', async (origin) => {
    expect(await allowed(origin)).toBe(origin);
  });

  it.each([
    'https://example.com',
    'https://app.example.com.evil.com',
    'https://evil.com/app.example.com',
    'https://evil.com#.example.com',
    'https://evilexample.com',
    'https://app.exampleXcom',
    'http://app.example.com',
    'https://app.example.com:8443',
    'http://a.dev.example.org',
    'capacitor://localhost.evil.com',
    'ionic://localhost',
    'null',
  ])('a page of %s may not', async (origin) => {
    expect(await allowed(origin)).toBeNull();
  });
});

it('no page may send a cookie along', async () => {
  expect((await preflight(ALLOWED)).headers.get('access-control-allow-credentials')).toBeNull();
});

it('nothing but GraphQL is open to pages', async () => {
  expect((await post(ALLOWED, '/readyz')).headers.get('access-control-allow-origin')).toBeNull();
});

it.each(['/graphql', '/healthz', '/readyz', '/nowhere', '/webhooks/razorpay'])(
  '%s is kept by no cache, framed by no page, and is what its type says',
  async (path) => {
    const { headers } = await fetch(`${api.origin}${path}`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'strict-transport-security': expect.stringContaining('max-age='),
    });
    expect(headers.get('x-powered-by')).toBeNull();
  },
);

it('GraphiQL may talk to its own origin only', async () => {
  const { headers } = await fetch(`${api.origin}/graphql`, { headers: { accept: 'text/html' } });
  expect(headers.get('content-security-policy')).toContain("connect-src 'self'");
});
