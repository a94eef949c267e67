import postgres from 'postgres';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** One user's lists must not occupy the connections that all users read by. */

let api: TestApi;
let locker: postgres.Sql;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  for (const userId of ['user-asha', 'user-ravi'])
    await givenTicket(api.database.db, {
      id: `TKT-of-${userId}`,
      userId,
      showStart: new Date(Date.now() + HOUR),
    });
  locker = postgres(api.database.url, { max: 1 });
  await api.send(LISTS);
});
afterAll(async () => {
  await locker.end();
  await api.close();
});

const LISTS = `{ ${Array.from({ length: 24 }, (_, n) => `a${n}: myTickets { totalCount }`).join(' ')} }`;

const pagesSent = () => api.database.statements.filter((sql) => sql.includes('as counted'));

/** Runs work while no ticket can be read. */
async function whileTicketsAreLocked(work: () => Promise<void>): Promise<void> {
  await locker.begin(async (tx) => {
    await tx`lock table tickets in access exclusive mode`;
    api.database.statements.length = 0;
    await work();
  });
}

it('reads at most two lists of a user concurrently, and two of another user beside them', async () => {
  const answers: Promise<unknown>[] = [];
  await whileTicketsAreLocked(async () => {
    answers.push(api.send(LISTS), api.send(LISTS));
    await vi.waitFor(() => expect(pagesSent()).toHaveLength(2), PATIENTLY);
    answers.push(api.send(LISTS, { as: 'user-ravi' }));
    await vi.waitFor(() => expect(pagesSent()).toHaveLength(4), PATIENTLY);
  });
  for (const answer of await Promise.all(answers)) expect(answer).not.toHaveProperty('errors');
  expect(pagesSent()).toHaveLength(72);
});

it('never sends the lists of a client that has left', async () => {
  await whileTicketsAreLocked(async () => {
    const leaving = new AbortController();
    const left = api.send(LISTS, { signal: leaving.signal });
    await vi.waitFor(() => expect(pagesSent()).toHaveLength(2), PATIENTLY);
    leaving.abort();
    await expect(left).rejects.toThrow('aborted');
  });
  await vi.waitFor(() => expect(api.inFlight()).toBe(0), PATIENTLY);
  expect(pagesSent()).toHaveLength(2);
});
