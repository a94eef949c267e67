import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectOutsider, type Outsider } from '../../support/lock-waiters.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

let api: TestApi;
let outsider: Outsider;
beforeEach(async () => {
  api = await startTestApi({ poolSize: 8, admission: { atOnce: 4, atOncePerViewer: 2 } });
  outsider = connectOutsider(api.database.url);
  await givenCatalogue(api.database.db);
  for (const user of ['asha', 'ravi', 'meera'])
    await givenTicket(api.database.db, {
      id: `TKT-${user}`,
      userId: `user-${user}`,
      showStart: new Date(Date.now() + 6 * HOUR),
    });
});
afterEach(async () => {
  await outsider.close();
  await api.close();
});

const cancel = (user: string) =>
  api.send(`mutation { cancelTicket(id: "TKT-${user}") { status } }`, { as: `user-${user}` });
const read = (user: string | null) => api.send('{ __typename }', { as: user && `user-${user}` });
const BUSY = { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 } }] };

/** Holds every user's row, so that cancellations wait, while a test runs. */
async function whileLocked(work: () => Promise<unknown>): Promise<void> {
  await outsider.sql.begin(async (tx) => {
    await tx`update users set name = name`;
    await work();
  });
}

describe('requests beyond what a process works on at once', () => {
  it('are told so while the others are under way, and let in when one is done', async () => {
    const waiting: Promise<unknown>[] = [];
    await whileLocked(async () => {
      for (const user of ['asha', 'ravi', 'meera']) waiting.push(cancel(user));
      await outsider.untilWaiting(3);
      waiting.push(cancel('asha'));
      await untilInFlight(4);
      expect(await read('ravi')).toMatchObject(BUSY);
    });
    await Promise.all(waiting);
    expect(await read('ravi')).toEqual({ data: { __typename: 'Query' } });
  });

  it('are answered with 503 and Retry-After', async () => {
    const waiting: Promise<unknown>[] = [];
    await whileLocked(async () => {
      for (const user of ['asha', 'asha', 'ravi', 'ravi']) waiting.push(cancel(user));
      await untilInFlight(4);
      const response = await fetch(`${api.origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect((await fetch(`${api.origin}/healthz`)).status).toBe(200);
      expect((await fetch(`${api.origin}/readyz`)).status).toBe(200);
    });
    await Promise.all(waiting);
  });
});

describe('one viewer', () => {
  it('cannot take the places of the others', async () => {
    const waiting: Promise<unknown>[] = [];
    await whileLocked(async () => {
      waiting.push(cancel('asha'), cancel('asha'));
      await untilInFlight(2);
      expect(await read('asha')).toMatchObject(BUSY);
      expect(await read('ravi')).toEqual({ data: { __typename: 'Query' } });
      expect(await read(null)).toEqual({ data: { __typename: 'Query' } });
    });
    await Promise.all(waiting);
    expect(await read('asha')).toEqual({ data: { __typename: 'Query' } });
  });
});

async function untilInFlight(count: number): Promise<void> {
  for (;;) {
    if (api.inFlight() === count) return;
    await sleep(5);
  }
}
