import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ListeningServer, listen } from '../../../src/api/http/listening-server.ts';
import { PATIENTLY } from '../../support/patiently.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { givenUser } from '../../support/world.ts';

/** Bodies that arrive slowly or never, and connections that only wait. */

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

/** Opens a connection and sends the beginning of a request. */
async function sendPart(origin: string, head: string): Promise<Socket> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(head.replaceAll('\n', '\r\n'));
  return socket;
}

const half = (path: string, headers = 'Content-Length: 102400') => {
  const body = headers.includes('chunked') ? '9\n{"query":\n' : '{"query":';
  return `POST ${path} HTTP/1.1\nHost: usher\nContent-Type: application/json\n${headers}\n\n${body}`;
};

describe('bodies that are being read', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi({ deadlineMs: 60_000 });
    await givenUser(api.database.db, 'user-asha');
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await api.close();
  });

  const ask = (as: string | null) => api.send('{ __typename }', { as });
  const OK = { data: { __typename: 'Query' } };
  const BUSY = { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 } }] };

  /** Takes all places of a reader: with these bodies, and what is left with small ones. */
  const fill = (path: string, headers: string, count = 45) =>
    Promise.all(
      Array.from({ length: count + 60 }, (_, n) =>
        sendPart(api.origin, half(path, n < count ? headers : 'Content-Length: 1000')),
      ),
    );
  const becomes = (answer: object) =>
    vi.waitFor(async () => expect(await ask(null)).toMatchObject(answer), { ...PATIENTLY, interval: 50 });

  it.each([
    ['of the largest size', 'Content-Length: 102400', 45],
    ['in chunks', 'Transfer-Encoding: chunked', 45],
    ['compressed', 'Content-Encoding: gzip\nContent-Length: 2000', 15],
  ])('%s, without a token, leave places for users and for health checks', async (_words, headers, count) => {
    await fill('/graphql', headers, count);
    await becomes(BUSY);
    expect(await ask('user-asha')).toEqual(OK);
    for (const path of ['/healthz', '/readyz']) expect((await fetch(api.origin + path)).status).toBe(200);
  });

  it('give their places back, however they end', async () => {
    for (let round = 0; round < 2; round += 1) {
      await fill('/graphql', 'Transfer-Encoding: chunked');
      await becomes(BUSY);
      for (const socket of sockets.splice(0)) socket.destroy();
      await becomes(OK);
    }
    // Bodies that are too large, no JSON, or read.
    const headers = { 'content-type': 'application/json' };
    for (let n = 0; n < 50; n += 1)
      for (const body of ['{', `{"query":"${'x'.repeat(110_000)}"}`, '{"query":"{ __typename }"}'])
        await (await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body })).text();
    expect(await ask(null)).toEqual(OK);
  });

  it('of webhooks have places of their own', async () => {
    const webhook = () =>
      fetch(`${api.origin}/webhooks/razorpay`, {
        method: 'POST',
        headers: { 'content-encoding': 'gzip' },
        body: gzipSync('{}'),
      }).then(({ status }) => status);
    await fill('/graphql', 'Transfer-Encoding: chunked');
    await becomes(BUSY);
    expect(await webhook()).toBe(401);
    await fill('/webhooks/razorpay', 'Transfer-Encoding: chunked');
    // The provider sends it again; meanwhile refunds are polled.
    await vi.waitFor(async () => expect(await webhook()).toBe(503), { ...PATIENTLY, interval: 50 });
    expect(await ask('user-asha')).toEqual(OK);
  });
});

describe('connections beyond the limit', () => {
  const MOST = 5;
  let server: ListeningServer;
  let finish: () => void;
  let arrived: number;
  beforeEach(async () => {
    arrived = 0;
    server = await listen(0, '127.0.0.1', undefined, MOST);
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    server.serve((request, response) => {
      if (request.url === '/healthz') response.end('ok');
      else
        request.resume().on('end', () => {
          arrived += 1;
          void finished.then(() => response.end('done'));
        });
    });
  });
  afterEach(async () => {
    finish();
    for (const socket of sockets.splice(0)) socket.destroy();
    await server.close();
  });

  it.each([
    ['say nothing', ''],
    ['send half a head', 'POST / HTTP/1.1\nHost: usher\n'],
    ['send half a body', half('/')],
  ])('replace the oldest of those that %s, so that health checks get in', async (_words, sent) => {
    const first = await sendPart(server.origin, sent);
    const closed = once(first, 'close');
    for (let n = 1; n < MOST; n += 1) await sendPart(server.origin, sent);
    const { status } = await fetch(`${server.origin}/healthz`);
    expect(status).toBe(200);
    await closed;
    expect(sockets.filter(({ closed: isClosed }) => isClosed)).toHaveLength(1);
  });

  it('end no request that has arrived', async () => {
    const request = 'POST / HTTP/1.1\nHost: usher\nContent-Length: 2\n\n{}';
    const busy: Socket[] = [];
    for (let n = 0; n < MOST; n += 1) busy.push(await sendPart(server.origin, request));
    await vi.waitFor(() => expect(arrived).toBe(MOST), PATIENTLY);
    const next = await sendPart(server.origin, request);
    await once(next, 'close');
    const answers = Promise.all(busy.map((socket) => once(socket, 'data')));
    finish();
    for (const [answer] of await answers) expect(String(answer)).toMatch(/^HTTP\/1.1 200/);
  });
});
