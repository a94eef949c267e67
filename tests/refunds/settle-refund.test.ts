import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  databaseEnvironment,
  notifications,
  refunds,
  ticketEvents,
} from '../../src/platform/db/tables/index.ts';
import { claimRefund } from '../../src/refunds/claim-refund.ts';
import { compareRefundById } from '../../src/refunds/compare-refund.ts';
import { findStuckRefunds } from '../../src/refunds/find-refunds.ts';
import { reconcileRefunds } from '../../src/refunds/reconcile-refunds.ts';
import { retryRefund } from '../../src/refunds/retry-refund.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { settleRefund } from '../../src/refunds/settle-refund.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { allowForRealProcesses, PATIENTLY } from '../support/patiently.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { runUsher } from '../support/usher-process.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

allowForRealProcesses();

const showStart = new Date('2024-12-15T18:00:00Z');
const cancelled = new Date(showStart.getTime() - 6 * HOUR);
const time = createTestClock(cancelled);

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let refundId: string;
beforeEach(async () => {
  time.set(cancelled);
  api = await startTestApi({ clock: time.clock });
  provider = await startTestGateway({ origin: api.origin });
  const { db } = api.database;
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart });
  await cancelWithoutApi(db, time.clock, { ticketId: 'TKT-1' });
  refundId = (await refund()).id;
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await provider.close();
  await api.close();
});

async function refund() {
  const [row] = await api.database.db.select().from(refunds);
  if (!row) throw new Error('no refund');
  return row;
}

const services = () => ({
  db: api.database.db,
  clock: time.clock,
  jobs: api.jobs,
  gateway: provider.gateway,
  log: pino({ level: 'silent' }),
});
const key = () => ({ userId: 'user-asha', refundId });
const send = () => sendRefund(services(), key());
const settle = (reference: string) => settleRefund(api.database.db, time.clock, refundId, reference);
const made = async () => (await provider.ledger()).refunds.length;

/** The gateway refuses the refund for good. */
async function fail() {
  await provider.setFaults({ demand: { script: ['refuse:too-old'] } });
  await send();
  expect((await refund()).status).toBe('FAILED');
}

describe('a refund that was returned by hand', () => {
  it('is PROCESSED with the reference of the bank, in the timeline and for its user', async () => {
    const { db } = api.database;
    await fail();
    expect(await settle('UTR123')).toBe('settled');
    expect(await refund()).toMatchObject({
      status: 'PROCESSED',
      processedAt: cancelled,
      settledAt: cancelled,
      bankReference: 'UTR123',
      gatewayRefundId: null,
      failureReason: null,
      lastError: null,
    });
    const events = await db.select().from(ticketEvents).orderBy(ticketEvents.seq);
    expect(events.at(-1)).toMatchObject({ type: 'REFUND_PROCESSED', actor: 'OPERATOR' });
    const messages = await db.select().from(notifications).where(eq(notifications.event, 'REFUND_PROCESSED'));
    expect(messages).toMatchObject([{ status: 'PENDING' }]);
    expect(await findStuckRefunds(db, time.clock)).toEqual([]);
    expect(await settle('UTR123')).toBe('final');
    expect(await retryRefund(db, time.clock, refundId)).toBe('final');
    await reconcileRefunds(services());
    expect(await findStuckRefunds(db, time.clock)).toEqual([]);
  });

  it('is listed when the gateway makes it too', async () => {
    await send();
    const [sent] = (await provider.ledger()).refunds;
    await api.database.db.update(refunds).set({
      status: 'FAILED',
      failureReason: 'x',
      gatewayRefundId: null,
      nextAttemptAt: null,
      processedAt: null,
    });
    expect(await settle('UTR123')).toBe('settled');
    await vi.waitFor(async () => {
      await reconcileRefunds(services());
      expect(await findStuckRefunds(api.database.db, time.clock)).toMatchObject([
        { status: 'PROCESSED', lastError: `settled by hand, and also made as ${sent?.id}` },
      ]);
    }, PATIENTLY);
  });

  it('is not settled while a worker asks the gateway for it', async () => {
    await claimRefund(api.database.db, time.clock, key());
    expect(await settle('UTR123')).toBe('underWay');
    time.set(new Date(cancelled.getTime() + MINUTE));
    expect(await settle('UTR123')).toBe('settled');
  });

  it('cannot have the gateway’s id of another refund', async () => {
    const { db } = api.database;
    await fail();
    await givenTicket(db, { id: 'TKT-2', userId: 'user-ravi', showStart });
    await cancelWithoutApi(db, time.clock, { ticketId: 'TKT-2', userId: 'user-ravi' });
    await db.update(refunds).set({ gatewayRefundId: 'rfnd_2' }).where(eq(refunds.ticketId, 'TKT-2'));
    expect(await settle('rfnd_2')).toBe('taken');
  });
});

describe('a refund that was made in the dashboard of the gateway', () => {
  it('is recognised by its webhook', async () => {
    await fail();
    const { id } = await provider.refundByHand('pay_TKT-1', 33_300);
    // The webhook queues the job; here the test is the worker.
    await vi.waitFor(async () => {
      await api.jobs.flush();
      const jobs = await api.database.db.execute<{ payload: { refundId: string } }>(
        `select payload from graphile_worker._private_jobs where payload ->> 'refundId' = '${refundId}'`,
      );
      expect(jobs.length).toBeGreaterThan(1);
    }, PATIENTLY);
    await vi.waitFor(async () => {
      await compareRefundById(services(), key());
      expect(await refund()).toMatchObject({ status: 'PROCESSED', gatewayRefundId: id });
    }, PATIENTLY);
  });

  it('is found at night if its webhook was lost', async () => {
    await fail();
    await provider.setFaults({ webhook: { odds: { dropped: 1 } } });
    const { id } = await provider.refundByHand('pay_TKT-1', 33_300);
    await vi.waitFor(async () => {
      await reconcileRefunds(services());
      expect(await refund()).toMatchObject({ status: 'PROCESSED', gatewayRefundId: id });
    }, PATIENTLY);
  });

  it('is not made again by a retry', async () => {
    await fail();
    await provider.setFaults({ webhook: { odds: { dropped: 1 } } });
    await provider.refundByHand('pay_TKT-1', 33_300);
    expect(await retryRefund(api.database.db, time.clock, refundId)).toBe('askedAnew');
    await send();
    expect(await made()).toBe(1);
  });

  it('of another amount settles nothing', async () => {
    await fail();
    await provider.setFaults({ webhook: { odds: { dropped: 1 } } });
    await provider.refundByHand('pay_TKT-1', 100);
    await reconcileRefunds(services());
    expect((await refund()).status).toBe('FAILED');
  });
});

describe('npm run refunds', () => {
  beforeEach(async () => {
    await api.database.db.insert(databaseEnvironment).values({ environment: 'development' });
  });

  const run = async (args: string[], settings: Record<string, string> = {}) => {
    const command = runUsher('src/app/commands/refunds.ts', args, {
      DATABASE_URL: api.database.url,
      ...settings,
    });
    return { code: await command.exit, output: command.output() };
  };

  it('settles a refund, and says why it does not', async () => {
    await fail();
    const usage = expect.stringMatching(/^Usage/);
    expect(await run(['--help'])).toMatchObject({ code: 0, output: usage });
    for (const wrong of [['settle', refundId], ['retry'], ['pay'], ['list', 'extra']])
      expect(await run(wrong)).toMatchObject({ code: 1, output: usage });
    expect(await run(['settle', refundId, '--reference', 'UTR 1'])).toMatchObject({ code: 1 });
    const done = await run(['settle', refundId, '--reference', 'UTR1']);
    expect(done).toEqual({
      code: 0,
      output: 'It is PROCESSED now, with the reference UTR1. Its user will be told.\n',
    });
    const again = await run(['settle', refundId, '--reference', 'UTR1']);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('paid already') });
  });

  it('compares the gateway’s refunds with the database, and says what it needs', async () => {
    await send();
    await api.database.db.update(refunds).set({ id: 'refund-other' });
    const since = ['compare', '--since', '2024-12-01T00:00:00Z'];
    expect(await run(since)).toMatchObject({ code: 1, output: expect.stringContaining('RAZORPAY_KEY_ID') });
    for (const time of ['yesterday', '2024-02-31T00:00:00Z', '1950-01-01'])
      expect(await run(['compare', '--since', time], provider.settings)).toMatchObject({
        code: 1,
        output: expect.stringContaining('is not a time such as'),
      });
    const { code, output } = await run(since, provider.settings);
    expect(code).toBe(0);
    expect(output).toContain(
      'Refunds of our tickets that the gateway has made since 2024-12-01T00:00:00.000Z: 1\n',
    );
  });
});
