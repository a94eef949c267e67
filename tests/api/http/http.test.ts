import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../../src/api/http/listening-server.ts';
import { metricsOnly } from '../../../src/api/http/metrics-endpoint.ts';
import { createMetrics } from '../../../src/platform/telemetry/metrics.ts';
import { TIME_ZONE_DATA_VERSION } from '../../../src/platform/time/time-zone-data.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.close());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.origin}${path}`, { headers });

describe('GET', () => {
  it('/graphql gives a browser GraphiQL, in one page that loads nothing from elsewhere', async () => {
    const response = await get('/graphql', { accept: 'text/html,application/xhtml+xml' });
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const page = await response.text();
    expect(page).toContain('<title>Usher GraphiQL</title>');
    expect(page.match(/<(?:script|link)[^>]+(?:src|href)="(?!data:)[^"]*"/g)).toBeNull();
  });

  it('/graphql runs a query of a client that shows it is no web form', async () => {
    const preflighted = { 'apollo-require-preflight': 'true', accept: 'application/json' };
    const response = await get('/graphql?query=%7B__typename%7D', preflighted);
    expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
  });

  it('/graphql refuses one that a foreign page could have sent', async () => {
    expect((await get('/graphql?query=%7B__typename%7D')).status).toBe(400);
  });

  it.each(['Basic dXNlcjpwYXNz', 'Bearer', ''])(
    '/graphql does not take %j for a sign-in: a browser may add it by itself',
    async (authorization) => {
      expect((await get('/graphql?query=%7B__typename%7D', { authorization })).status).toBe(401);
    },
  );

  it('/healthz and /readyz answer without a token', async () => {
    expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 200]);
  });

  it('/readyz says which time zone data it has', async () => {
    expect(await (await get('/readyz')).text()).toBe(`ready, with time zone data ${TIME_ZONE_DATA_VERSION}`);
    expect(TIME_ZONE_DATA_VERSION).toMatch(/^20\d\d[a-z]$/);
  });

  it('anything else is told where to go', async () => {
    const response = await get('/nowhere');
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });
});

describe('a request target with scheme and host', () => {
  /** As proxies are asked, and every server has to understand. */
  const ask = (method: string, target: string, headers = {}, body = '') =>
    new Promise<[number | undefined, string]>((resolve, reject) => {
      request(api.origin, { method, path: target, headers })
        .on('response', async (answer) => resolve([answer.statusCode, await text(answer)]))
        .on('error', reject)
        .end(body);
    });

  it('is answered as one without, by POST and by GET', async () => {
    const answer = [200, '{"data":{"__typename":"Query"}}\n'];
    const json = { 'content-type': 'application/json' };
    const query = '{"query":"{ __typename }"}';
    expect(await ask('POST', 'http://usher.example.com/graphql', json, query)).toEqual(answer);
    const preflighted = { 'apollo-require-preflight': 'true' };
    const search = '?query=%7B__typename%7D';
    expect(await ask('GET', `HTTPS://usher.example.com:4000/graphql${search}`, preflighted)).toEqual(answer);
  });

  it.each([
    ['http://usher.example.com/healthz?x=http://a/b', 200],
    ['http://usher.example.com', 404],
    ['http://usher.example.com?/healthz', 404],
    ['/http://usher.example.com/healthz', 404],
    ['//usher.example.com/healthz', 404],
  ])('%s is %i', async (target, status) => {
    expect((await ask('GET', target))[0]).toBe(status);
  });
});

describe('what is only read', () => {
  it.each(['/healthz', '/readyz', '/metrics'])('%s refuses other methods with 405', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const response = await fetch(`${api.origin}${path}`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    }
    expect((await fetch(`${api.origin}${path}`, { method: 'HEAD' })).status).toBe(200);
  });

  it('on the port of the metrics too, where a query after the path does no harm', async () => {
    const server = await listen(0, '127.0.0.1');
    server.serve(metricsOnly(() => createMetrics().registry.metrics()));
    const statusOf = async (path: string, method = 'GET') =>
      (await fetch(`${server.origin}${path}`, { method })).status;
    const read = [await statusOf('/metrics?x=1'), await statusOf('/healthz?x=1'), await statusOf('/graphql')];
    const written = [await statusOf('/metrics', 'POST'), await statusOf('/healthz', 'POST')];
    await server.close();
    expect([read, written]).toEqual([
      [200, 200, 404],
      [405, 405],
    ]);
  });
});

describe('a server', () => {
  it('asks to come again until it has something to serve', async () => {
    const server = await listen(0, '127.0.0.1');
    const response = await fetch(`${server.origin}/graphql`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
    const { extensions } = (await response.json()).errors[0];
    expect(extensions).toEqual({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 });
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200);
    await server.close();
  });

  it('lets a request under way finish before it closes', async () => {
    const server = await listen(0, '127.0.0.1');
    let closed: Promise<void> | undefined;
    server.serve((_request, response) => {
      closed = server.close();
      setTimeout(() => response.end('done'), 50);
    });
    expect(await (await fetch(server.origin)).text()).toBe('done');
    await closed;
    await expect(fetch(server.origin)).rejects.toThrow();
  });
});
