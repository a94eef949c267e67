import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const ALLOWED = 'https://app.example.com';

const preflight = (origin: string) =>
  fetch(`${api.origin}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type',
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
