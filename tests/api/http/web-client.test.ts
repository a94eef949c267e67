import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveWebClient } from '../../../src/api/http/web-client.ts';
import { signInDemoUsers } from '../../../src/dev/demo/demo-api.ts';
import { loadDemoData } from '../../../src/dev/demo/load-demo-data.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import {
  SECRET,
  startTestApi,
  startTestInstance,
  type TestApi,
  TOKEN_RULES,
} from '../../support/test-api.ts';

let folder: string;
let api: TestApi;
let bare: TestApi;
beforeAll(async () => {
  folder = await temporaryFolder('usher web client ');
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>My bookings</title>');
  await writeFile(join(folder, 'assets', 'index-a1b2.js'), 'export {};');
  await writeFile(join(folder, 'assets', 'index-a1b2.css'), 'body {}');
  await writeFile(join(folder, 'secret.txt'), 'not to be served');
  const webClient = serveWebClient(folder, 'http://posters.example.com:8080/usher');
  api = await startTestApi({ webClient, demoUsers: () => signInDemoUsers(SECRET, TOKEN_RULES) });
  bare = await startTestInstance(api);
});
afterAll(async () => {
  await bare.close();
  await api.close();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${api.origin}${path}`, { headers });

describe('the web client', () => {
  it.each(['/', '/?when=PAST', '/tickets/TKT-1'])('is at %s, and asked for again each time', async (path) => {
    const page = await get(path);
    expect([page.status, page.headers.get('content-type'), page.headers.get('cache-control')]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    const known = { 'if-none-match': page.headers.get('etag') ?? '', 'cache-control': 'max-age=0' };
    const again = await get(path, known);
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'no-cache']);
  });

  it('runs nothing but its own files, talks to its own server, and shows posters from elsewhere', async () => {
    const policy = (await get('/')).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("img-src 'self' data: https: http://posters.example.com:8080;");
    expect(policy).not.toContain('unsafe');
  });

  it.each([
    ['js', 'text/javascript; charset=utf-8'],
    ['css', 'text/css; charset=utf-8'],
  ])('has .%s files that browsers may keep for ever', async (extension, type) => {
    const file = await get(`/assets/index-a1b2.${extension}`);
    expect([file.status, file.headers.get('content-type'), file.headers.get('cache-control')]).toEqual([
      200,
      type,
      'public, max-age=31536000, immutable',
    ]);
  });

  it.each([
    '/assets/index-old.js',
    '/assets/%2e%2e/secret.txt',
    '/secret.txt',
    '/tickets',
    '/tickets/a/b',
    '/nowhere',
  ])('has nothing at %s, which nobody keeps', async (path) => {
    const response = await get(path);
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect((await response.json()).errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('may be built anew while it is served', async () => {
    const older = join(folder, 'assets', 'index-older.js');
    await writeFile(older, 'export {};');
    expect((await get('/assets/index-older.js')).status).toBe(200);
    await rm(older);
    expect((await get('/assets/index-older.js')).status).toBe(404);
    expect((await get('/')).status).toBe(200);
  });

  it('is only read', async () => {
    expect((await fetch(api.origin, { method: 'POST' })).status).toBe(405);
  });

  it('that was not built is missed, with words that say how', async () => {
    const response = await fetch(bare.origin);
    expect(response.status).toBe(404);
    expect((await response.json()).errors[0].message).toContain('WEB_CLIENT');
  });
});

describe('GET /demo/users', () => {
  it('has the people of the demo, with tokens that are good', async () => {
    await loadDemoData(api.database.db, new Date());
    const users = await (await get('/demo/users')).json();
    expect(users.map(({ name }: { name: string }) => name)).toContain('Asha Rao');
    for (const { token } of users) {
      const response = await fetch(`${api.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: '{"query":"{ myTickets { totalCount } }"}',
      });
      expect((await response.json()).errors).toBeUndefined();
    }
  });

  it('is for pages of this server only', async () => {
    const response = await get('/demo/users', { origin: 'https://app.example.com' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('is nothing where there are none, as in production', async () => {
    expect((await fetch(`${bare.origin}/demo/users`)).status).toBe(404);
  });
});
