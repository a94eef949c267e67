import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { cancellationAttempts, idempotencyKeys, refunds } from '../../src/platform/db/tables/index.ts';
import { cleanUp } from '../../src/worker/clean-up.job.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { connectOutsider } from '../support/lock-waiters.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestApi, startTestInstance, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
/** The time at which the tests cancel. */
const cancelled = new Date(showStart.getTime() - 6 * HOUR);
const time = createTestClock(cancelled);

let api: TestApi;
beforeEach(async () => {
  time.set(cancelled);
  api = await startTestApi({ clock: time.clock, cancelAttemptsPerHour: 3 });
  const { db } = api.database;
  await givenCatalogue(db);
  for (const id of ['TKT-1', 'TKT-2', 'TKT-3']) await givenTicket(db, { id, showStart });
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await api.close();
});

const FIELDS =
  '{ __typename message ticketId status cancelledAt refund { id refundAmount { amount } refundStatus requestedAt } ticket { status } }';
const cancel = (id: string, args: string, from = api) =>
  from.send(`mutation { cancelTicket(id: "${id}", ${args}) ${FIELDS} }`);
const count = async (table: typeof refunds | typeof cancellationAttempts | typeof idempotencyKeys) =>
  (await api.database.db.select().from(table)).length;

describe('a second call with the same key', () => {
  it('returns the first result, however often it is sent', async () => {
    const first = await cancel('TKT-1', 'idempotencyKey: "k", expectedRefund: "333.00"');
    expect(first.data.cancelTicket.__typename).toBe('TicketCancelled');
    for (let n = 0; n < 10; n += 1) {
      expect(await cancel('TKT-1', 'idempotencyKey: "k", expectedRefund: "333"')).toEqual(first);
    }
    expect([await count(refunds), await count(cancellationAttempts)]).toEqual([1, 1]);
  });

  it('returns it even over the rate limit, after the deadline and after a restart', async () => {
    const first = await cancel('TKT-1', 'idempotencyKey: "k"');
    await cancel('TKT-1', 'idempotencyKey: "other 1"');
    await cancel('TKT-1', 'idempotencyKey: "other 2"');
    expect((await cancel('TKT-1', 'idempotencyKey: "other 3"')).errors?.[0]?.extensions.code).toBe(
      'RATE_LIMITED',
    );
    const restarted = await startTestApi({ clock: time.clock, database: api.database });
    time.set(new Date(showStart.getTime() + HOUR));
    expect(await cancel('TKT-1', 'idempotencyKey: "k"', restarted)).toEqual(first);
    await restarted.close();
  });

  it('returns the current state of the refund', async () => {
    await cancel('TKT-1', 'idempotencyKey: "k"');
    await api.database.db.execute(
      sql`update refunds set status = 'PROCESSED', processed_at = now(), next_attempt_at = null`,
    );
    expect((await cancel('TKT-1', 'idempotencyKey: "k"')).data.cancelTicket.refund.refundStatus).toBe(
      'PROCESSED',
    );
  });

  it('in the same operation is not a second attempt', async () => {
    const call = (alias: string) =>
      `${alias}: cancelTicket(id: "TKT-1", idempotencyKey: "k") { refund { id } }`;
    const { data } = await api.send(`mutation { ${call('a')} ${call('b')} ${call('c')} }`);
    expect(new Set([data.a.refund.id, data.b.refund.id, data.c.refund.id]).size).toBe(1);
    expect(await count(cancellationAttempts)).toBe(1);
  });

  it('at the same time gets the same result', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => cancel('TKT-1', 'idempotencyKey: "k"')));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.data.cancelTicket.__typename).toBe('TicketCancelled');
    expect(await count(refunds)).toBe(1);
  });
});

describe('a client that loses its connection', () => {
  it('while the cancellation commits gets the first result on a retry', async () => {
    const outsider = connectOutsider(api.database.url);
    const leaving = new AbortController();
    const query = `mutation { cancelTicket(id: "TKT-1", idempotencyKey: "k") ${FIELDS} }`;
    await outsider.sql.begin(async (tx) => {
      // Lets it decide, and stops it among its writes.
      await tx`lock table idempotency_keys in share mode`;
      const lost = api.send(query, { signal: leaving.signal });
      await outsider.untilWaiting(1);
      leaving.abort();
      await expect(lost).rejects.toThrow('aborted');
    });
    await outsider.close();
    await vi.waitFor(async () => expect(await count(refunds)).toBe(1), PATIENTLY);
    const [refund] = await api.database.db.select().from(refunds);
    const { data } = await api.send(query);
    expect(data.cancelTicket).toMatchObject({ __typename: 'TicketCancelled', refund: { id: refund?.id } });
    expect(await count(cancellationAttempts)).toBe(1);
  });
});

describe('the same key with other arguments', () => {
  it.each([
    ['another ticket', 'TKT-2', 'idempotencyKey: "k", expectedRefund: "333.00"'],
    ['another expected refund', 'TKT-1', 'idempotencyKey: "k", expectedRefund: "332.00"'],
    ['no expected refund', 'TKT-1', 'idempotencyKey: "k"'],
  ])('(%s) is bad input, changes nothing and is not an attempt', async (_words, id, args) => {
    await cancel('TKT-1', 'idempotencyKey: "k", expectedRefund: "333.00"');
    const { data, errors } = await cancel(id, args);
    expect(data).toEqual({ cancelTicket: null });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect([await count(refunds), await count(cancellationAttempts)]).toEqual([1, 1]);
  });

  it('at the same time cancels only one of the two tickets', async () => {
    const outsider = connectOutsider(api.database.url);
    // In one instance the calls of one user run sequentially.
    const secondInstance = await startTestInstance(api, { clock: time.clock });
    const sent = await outsider.sql.begin(async (tx) => {
      // Both calls find the key unused, then wait here before they insert it.
      await tx`lock table idempotency_keys in share mode`;
      const both = [
        cancel('TKT-1', 'idempotencyKey: "k"'),
        cancel('TKT-2', 'idempotencyKey: "k"', secondInstance),
      ];
      await outsider.untilWaiting(2);
      return both.map((answer) => [answer]);
    });
    const answers = await Promise.all(sent.flat());
    await outsider.close();
    await secondInstance.close();
    const codes = answers.map(
      (answer) => answer.errors?.[0]?.extensions.code ?? answer.data.cancelTicket.__typename,
    );
    expect(codes.sort()).toEqual(['BAD_USER_INPUT', 'TicketCancelled']);
    expect([await count(refunds), await count(idempotencyKeys)]).toEqual([1, 1]);
  });

  it('for a ticket that does not exist is NOT_FOUND, as without a key', async () => {
    await cancel('TKT-1', 'idempotencyKey: "k"');
    expect((await cancel('TKT-none', 'idempotencyKey: "k"')).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    expect(await count(cancellationAttempts)).toBe(1);
  });

  it('of another user is another key', async () => {
    await givenTicket(api.database.db, { id: 'TKT-ravi', userId: 'user-ravi', showStart });
    await cancel('TKT-1', 'idempotencyKey: "k"');
    const query = `mutation { cancelTicket(id: "TKT-ravi", idempotencyKey: "k") ${FIELDS} }`;
    expect((await api.send(query, { as: 'user-ravi' })).data.cancelTicket.__typename).toBe('TicketCancelled');
  });
});

describe('a key', () => {
  it('is stored only after success: after a refusal it can be used again', async () => {
    const refused = await cancel('TKT-1', 'idempotencyKey: "k", expectedRefund: "1.00"');
    expect(refused.data.cancelTicket.__typename).toBe('QuoteChanged');
    const accepted = await cancel('TKT-1', 'idempotencyKey: "k", expectedRefund: "333.00"');
    expect(accepted.data.cancelTicket.__typename).toBe('TicketCancelled');
  });

  it('is free again after thirty days, when the clean-up job has deleted it', async () => {
    await cancel('TKT-1', 'idempotencyKey: "k"');
    const later = (days: number) => new Date(cancelled.getTime() + days * 24 * HOUR);
    await givenTicket(api.database.db, { id: 'TKT-later', showStart: later(40) });
    time.set(later(30));
    await cleanUp({ db: api.database.db, clock: time.clock });
    expect((await cancel('TKT-later', 'idempotencyKey: "k"')).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
    time.set(new Date(later(30).getTime() + 1));
    await cleanUp({ db: api.database.db, clock: time.clock });
    expect((await cancel('TKT-later', 'idempotencyKey: "k"')).data.cancelTicket.__typename).toBe(
      'TicketCancelled',
    );
  });

  it.each([
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['with a control character', 'a\u0000b'],
    ['with a line break', 'a\nb'],
    ['not ASCII', 'schlüssel'],
    ['half a character', '\ud800'],
  ])('that is %s is bad input, and not an attempt', async (_words, key) => {
    const query = 'mutation($key: String) { cancelTicket(id: "TKT-1", idempotencyKey: $key) { status } }';
    const { errors } = await api.send(query, { variables: { key } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(await count(cancellationAttempts)).toBe(0);
  });

  it.each(['x', 'x'.repeat(128), `~ !"#$%&'()*`])('such as %s is valid', async (key) => {
    const query = `mutation($key: String) { cancelTicket(id: "TKT-1", idempotencyKey: $key) ${FIELDS} }`;
    const { data } = await api.send(query, { variables: { key } });
    expect(data.cancelTicket.__typename).toBe('TicketCancelled');
  });
});
