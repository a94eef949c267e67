import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listen } from '../../src/server/listening-server.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

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

  it('/healthz and /readyz answer without a token', async () => {
    expect([(await get('/healthz')).status, (await get('/readyz')).status]).toEqual([200, 200]);
  });

  it('anything else is told where to go', async () => {
    const response = await get('/nowhere');
    expect([response.status, await response.json()]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ]);
  });
});

describe('a server', () => {
  it('asks to come again until it has something to serve', async () => {
    const server = await listen(0, '127.0.0.1');
    const response = await fetch(`${server.origin}/graphql`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '2']);
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
