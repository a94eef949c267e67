import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancellationAttempts } from '../../src/platform/db/tables/index.ts';
import { connectOutsider } from '../support/lock-waiters.ts';
import { startTestApi, startTestInstance, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
const start = showStart.getTime() - 6 * HOUR;
const time = createTestClock(showStart);

let api: TestApi;
let secondInstance: TestApi;
beforeEach(async () => {
  time.set(new Date(start));
  api = await startTestApi({ clock: time.clock, cancelAttemptsPerHour: 5 });
  secondInstance = await startTestInstance(api, { clock: time.clock, cancelAttemptsPerHour: 5 });
  const { db } = api.database;
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart });
  await givenTicket(db, { id: 'TKT-expired', showStart, status: 'EXPIRED' });
  await givenTicket(db, { id: 'TKT-ravi', userId: 'user-ravi', showStart });
});
afterEach(async () => {
  await secondInstance.close();
  await api.close();
});

/** Returns the error code or type name of each aliased call. */
async function attempt(
  calls: number,
  { from = api, as = 'user-asha' as string | null, id = 'TKT-expired' } = {},
): Promise<string[]> {
  const aliases = Array.from({ length: calls }, (_, n) => `a${n}: cancelTicket(id: "${id}") { __typename }`);
  const { data, errors = [] } = await from.send(`mutation { ${aliases.join(' ')} }`, { as });
  return aliases.map((_, n) => {
    const error = errors.find(({ path }) => path?.[0] === `a${n}`);
    return error?.extensions.code ?? data[`a${n}`].__typename;
  });
}
const attempts = async () => (await api.database.db.select().from(cancellationAttempts)).length;

describe('five attempts an hour', () => {
  it('are allowed, the sixth alias is not, whatever their outcome', async () => {
    expect(await attempt(6)).toEqual([...Array(5).fill('InvalidStatus'), 'RATE_LIMITED']);
    expect(await attempts()).toBe(5);
  });

  it('are counted across two instances: five of twenty concurrent calls', async () => {
    const outsider = connectOutsider(api.database.url);
    const sent = await outsider.sql.begin(async (tx) => {
      await tx`select from users where id = 'user-asha' for update`;
      const twenty = Array.from({ length: 20 }, (_, n) => attempt(1, { from: n % 2 ? api : secondInstance }));
      // One call per instance waits for the lock. The other calls of the user wait in memory.
      await outsider.untilWaiting(2);
      return twenty.map((answer) => [answer]);
    });
    const answers = await Promise.all(sent.flat());
    await outsider.close();
    expect(answers.flat().sort()).toEqual([
      ...Array(5).fill('InvalidStatus'),
      ...Array(15).fill('RATE_LIMITED'),
    ]);
    expect(await attempts()).toBe(5);
  });

  it('are counted separately for each user', async () => {
    await attempt(5);
    expect(await attempt(1, { as: 'user-ravi', id: 'TKT-ravi' })).toEqual(['TicketCancelled']);
  });

  it('are a sliding window: the next is allowed an hour after the first, to the millisecond', async () => {
    await attempt(1);
    time.set(new Date(start + 1_000));
    await attempt(4);
    time.set(new Date(start + HOUR - 1));
    expect(await attempt(1)).toEqual(['RATE_LIMITED']);
    time.set(new Date(start + HOUR));
    expect(await attempt(2)).toEqual(['InvalidStatus', 'RATE_LIMITED']);
  });

  it('count only for own tickets: a missing one is NOT_FOUND, within the limit and over it', async () => {
    expect(await attempt(6, { id: 'TKT-none' })).toEqual(Array(6).fill('NOT_FOUND'));
    expect(await attempts()).toBe(0);
    await attempt(6);
    expect(await attempt(1, { id: 'TKT-ravi' })).toEqual(['NOT_FOUND']);
  });

  it('count successes and refusals alike', async () => {
    const calls = [await attempt(1, { id: 'TKT-1' }), await attempt(5, { id: 'TKT-1' })];
    expect(calls.flat()).toEqual(['TicketCancelled', ...Array(4).fill('InvalidStatus'), 'RATE_LIMITED']);
  });
});

describe('an attempt that is refused', () => {
  it('says how long to wait', async () => {
    await attempt(5);
    time.set(new Date(start + 1_200_500));
    const { errors } = await api.send('mutation { cancelTicket(id: "TKT-1") { status } }');
    expect(errors?.[0]?.extensions).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 2_400 });
  });

  it('does not count itself', async () => {
    for (let n = 0; n < 10; n += 1) await attempt(5);
    expect(await attempts()).toBe(5);
    time.set(new Date(start + HOUR));
    expect(await attempt(1, { id: 'TKT-1' })).toEqual(['TicketCancelled']);
  });
});

it.each([
  ['quotes', '{ ticket(id: "TKT-1") { cancellationQuote { feePercent } } }'],
  ['calls that do not parse', 'mutation { cancelTicket(id: "TKT-1") '],
  [
    'calls with a malformed argument',
    'mutation { cancelTicket(id: "TKT-1", expectedRefund: "x") { status } }',
  ],
  ['calls with a malformed key', 'mutation { cancelTicket(id: "TKT-1", idempotencyKey: "") { status } }'],
])('%s are not attempts', async (_words, query) => {
  for (let n = 0; n < 6; n += 1) await api.send(query);
  expect(await attempts()).toBe(0);
});

it('calls without a token are not attempts', async () => {
  expect(await attempt(6, { as: null })).toEqual(Array(6).fill('UNAUTHENTICATED'));
  expect(await attempts()).toBe(0);
});
