import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { tickets } from '../../src/db/tables/index.ts';
import { connectOutsider, type Outsider } from '../support/lock-waiters.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

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

it('a request past its deadline is answered; what had not begun by then does not begin', async () => {
  await outsider.sql.begin(async (tx) => {
    await tx`select from users for update`;
    const answer = await api.send(BOTH);
    expect(answer).toMatchObject({
      errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 } }],
    });
    // It still waits for the lock, and keeps its place.
    expect(api.inFlight()).toBe(1);
  });
  await untilIdle();
  expect(await statuses()).toEqual(['CONFIRMED', 'CONFIRMED']);
});

it('a client that leaves frees what it has not begun: the second of two cancellations is not made', async () => {
  const leaving = new AbortController();
  await outsider.sql.begin(async (tx) => {
    await tx`select from tickets where id = 'TKT-1' for update`;
    const answer = api.send(BOTH, { signal: leaving.signal });
    await outsider.untilWaiting(1);
    leaving.abort();
    await expect(answer).rejects.toThrow();
    await sleep(50);
  });
  await untilIdle();
  expect(await statuses()).toEqual(['CANCELLED', 'CONFIRMED']);
  expect(api.logs.filter((line) => line.includes('"level":50'))).toEqual([]);
});
