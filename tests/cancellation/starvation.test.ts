import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransactionOfUser } from '../../src/cancellation/in-transaction-of-user.ts';
import { inTransaction } from '../../src/platform/db/in-transaction.ts';
import { isDatabaseAway } from '../../src/platform/errors/database-fault.ts';
import { connectOutsider, type Outsider } from '../support/lock-waiters.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** Another writer holds locks and calls wait for them. Other calls must not wait. */

const CALLS = 60;
const LIST = '{ myTickets { nodes { id seats { number } } } }';
const cancel = (id: string) => `mutation { cancelTicket(id: "${id}") { __typename } }`;

let api: TestApi;
let outsider: Outsider;
const start = async (poolSize: number) => {
  api = await startTestApi({ poolSize });
  outsider = connectOutsider(api.database.url);
  await givenCatalogue(api.database.db);
  const showStart = new Date(Date.now() + 6 * HOUR);
  for (let n = 1; n <= 5; n += 1)
    await givenTicket(api.database.db, { id: `TKT-${n}`, userId: `user-${n}`, showStart });
};
afterEach(async () => {
  await outsider.close();
  await api.close();
});

describe('sixty cancellations of one user, whose rows another writer has locked,', () => {
  beforeEach(() => start(4));

  it.each([
    ['the ticket', `select from tickets where user_id = 'user-1' and id = 'TKT-1' for update`],
    ['the user', `select from users where id = 'user-1' for update`],
  ])("(%s) do not delay other users' reads and cancellations", async (_words, lock) => {
    const sixty = await outsider.sql.begin(async (tx) => {
      await tx.unsafe(lock);
      const sent = Array.from({ length: CALLS }, () => api.send(cancel('TKT-1'), { as: 'user-1' }));
      await outsider.untilWaiting(1);
      // All of this happens before the lock is released.
      const lists = await Promise.all(Array.from({ length: 10 }, () => api.send(LIST, { as: 'user-2' })));
      for (const { data } of lists) expect(data.myTickets.nodes).toHaveLength(1);
      const { data } = await api.send(cancel('TKT-2'), { as: 'user-2' });
      expect(data.cancelTicket.__typename).toBe('TicketCancelled');
      return sent.map((answer) => [answer]);
    });
    const codes = (await Promise.all(sixty.flat())).map(
      ({ data, errors }) => errors?.[0]?.extensions.code ?? data.cancelTicket.__typename,
    );
    expect(codes).toContain('TicketCancelled');
    const allowed = ['TicketCancelled', 'InvalidStatus', 'SERVICE_UNAVAILABLE'];
    expect(codes.filter((code) => !allowed.includes(code))).toEqual([]);
  });
});

describe('cancellations of many users, whose rows another writer has locked,', () => {
  it('do not delay reads', async () => {
    await start(4);
    await outsider.sql.begin(async (tx) => {
      await tx`update users set name = name`;
      const sent = [1, 2, 3, 4, 5].map((n) => api.send(cancel(`TKT-${n}`), { as: `user-${n}` }));
      await outsider.untilWaiting(2);
      const { data } = await api.send(LIST, { as: 'user-1' });
      expect(data.myTickets.nodes).toHaveLength(1);
      return sent.map((answer) => [answer]);
    });
  });
});

it('a call that waited for another call of its user keeps its place before later calls', async () => {
  await start(2);
  const { db } = api.database;
  const done: string[] = [];
  const calls = [
    ['user-1', 'first'],
    ['user-1', 'second of the same user'],
    ['user-2', 'third'],
    ['user-3', 'fourth'],
  ] as const;
  await Promise.all(
    calls.map(([userId, name]) => inTransactionOfUser(db, userId, async () => void done.push(name))),
  );
  // The third was next in the queue when the first ended.
  expect(done).toEqual(['first', 'third', 'second of the same user', 'fourth']);
});

describe('a pool of one connection', () => {
  it('serves lists and cancellations', async () => {
    await start(1);
    const answers = await Promise.all(
      [1, 2, 3].flatMap((n) => [
        api.send(LIST, { as: `user-${n}` }),
        api.send(cancel(`TKT-${n}`), { as: `user-${n}` }),
      ]),
    );
    expect(answers.map(({ data }) => data.cancelTicket?.__typename ?? 'a list')).toEqual(
      Array(3).fill(['a list', 'TicketCancelled']).flat(),
    );
  });
});

it('a transaction that waits too long for a connection fails, and never begins', async () => {
  await start(2);
  const { db } = api.database;
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begun: string[] = [];
  const first = inTransaction(db, async () => {
    begun.push('first');
    await ended;
  });
  const second = inTransaction(db, async () => void begun.push('second'));
  expect(await second.catch(isDatabaseAway)).toBe(true);
  end();
  await first;
  await inTransaction(db, async () => void begun.push('third'));
  expect(begun).toEqual(['first', 'third']);
});
