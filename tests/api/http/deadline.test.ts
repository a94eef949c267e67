import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { cancellationAttempts, tickets } from '../../../src/platform/db/tables/index.ts';
import { connectOutsider, type Outsider } from '../../support/lock-waiters.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

const DEADLINE_MS = 500;

let api: TestApi;
let outsider: Outsider;
beforeEach(async () => {
  api = await startTestApi({ deadlineMs: DEADLINE_MS });
  outsider = connectOutsider(api.database.url);
  await givenCatalogue(api.database.db);
  for (const id of ['TKT-1', 'TKT-2'])
    await givenTicket(api.database.db, { id, showStart: new Date(Date.now() + 6 * HOUR) });
});
afterEach(async () => {
  await outsider.close();
  await api.close();
});

const statuses = async () => {
  const rows = await api.database.db.select({ status: tickets.status }).from(tickets).orderBy(tickets.id);
  return rows.map(({ status }) => status);
};
const untilIdle = async () => {
  while (api.inFlight() > 0) await sleep(5);
};
const BOTH = 'mutation { a: cancelTicket(id: "TKT-1") { status } b: cancelTicket(id: "TKT-2") { status } }';

it('a request is answered at its deadline, and starts no further work after it', async () => {
  await outsider.sql.begin(async (tx) => {
    await tx`select from users where id = 'user-asha' for update`;
    const answer = await api.send(BOTH);
    expect(answer).toMatchObject({
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 } }],
    });
    // The work still waits for the lock, so it still counts as in flight.
    expect(api.inFlight()).toBe(1);
  });
  await untilIdle();
  expect(await statuses()).toEqual(['CONFIRMED', 'CONFIRMED']);
});

it('after the client disconnects, a cancellation that waits for its ticket writes nothing', async () => {
  const leaving = new AbortController();
  await outsider.sql.begin(async (tx) => {
    await tx`select from tickets where user_id = 'user-asha' and id = 'TKT-1' for update`;
    const answer = api.send(BOTH, { signal: leaving.signal });
    await outsider.untilWaiting(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await sleep(50);
  });
  await untilIdle();
  expect(await statuses()).toEqual(['CONFIRMED', 'CONFIRMED']);
  expect(await api.database.db.select().from(cancellationAttempts)).toEqual([]);
  expect(api.logs.filter((line) => line.includes('"level":50'))).toEqual([]);
});

/** A connection for raw requests. */
async function dial() {
  const socket = connect(Number(new URL(api.origin).port), '127.0.0.1');
  await once(socket, 'connect');
  const token = await signToken('user-asha', SECRET, TOKEN_RULES);
  const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer ${token}\r\n`;
  const request = (query: string) => {
    const body = JSON.stringify({ query });
    return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  };
  return { socket, head, request };
}

it('after the client disconnects, all its pipelined requests are aborted, logged and counted', async () => {
  const { socket, request } = await dial();
  await outsider.sql.begin(async (tx) => {
    await tx`select from users where id = 'user-asha' for update`;
    socket.write(request(BOTH) + request(BOTH));
    await outsider.untilWaiting(1);
    socket.destroy();
    await sleep(50);
  });
  await untilIdle();
  expect(await statuses()).toEqual(['CONFIRMED', 'CONFIRMED']);
  expect(await api.metrics.registry.metrics()).toContain(
    'usher_requests_total{operation="several",outcome="CLIENT_LEFT"} 2',
  );
});

it('a client that does not send the whole request in time gets 408, not 503', async () => {
  const { socket, head } = await dial();
  socket.write(`${head}Content-Length: 100\r\n\r\n{"query"`);
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 408 .*connection: close.*The request did not arrive in time/s);
  await once(socket, 'close');
});
