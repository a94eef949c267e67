import { Agent, get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ListeningServer, listen } from '../../../src/api/http/listening-server.ts';

let server: ListeningServer;
let agent: Agent;
beforeEach(async () => {
  server = await listen(0, '127.0.0.1');
  agent = new Agent({ keepAlive: true });
  server.serve((_request, response) => response.end(server.isClosing() ? 'closing' : 'open'));
});
afterEach(() => agent.destroy());

const ask = () =>
  new Promise<{ connection: string | undefined; text: string }>((resolve, reject) => {
    const answered = async (response: IncomingMessage) =>
      resolve({
        connection: response.headers.connection,
        text: (await response.setEncoding('utf8').toArray()).join(''),
      });
    get(server.origin, { agent }, answered).on('error', reject);
  });

it('goes on answering for a while, so that whoever sends requests notices', async () => {
  expect(await ask()).toEqual({ connection: 'keep-alive', text: 'open' });
  const closed = server.close({ drainMs: 300 });
  expect(await ask()).toEqual({ connection: 'close', text: 'closing' });
  // On a new connection too.
  expect(await ask()).toEqual({ connection: 'close', text: 'closing' });
  await closed;
  await expect(ask()).rejects.toThrow();
});

it('without that while it closes at once', async () => {
  await ask();
  await server.close();
  await expect(ask()).rejects.toThrow();
});

it('a request under way when the while is over is answered', async () => {
  const slow = await listen(0, '127.0.0.1');
  slow.serve(async (_request, response) => {
    await sleep(200);
    response.end('done');
  });
  const answer = fetch(slow.origin);
  await sleep(50);
  const closed = slow.close({ drainMs: 10 });
  expect(await (await answer).text()).toBe('done');
  // Its connection is open still, and nobody will send another request over it.
  const first = await Promise.race([closed.then(() => 'closed'), sleep(5_000, 'still open')]);
  expect(first).toBe('closed');
});
