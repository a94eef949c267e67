import { sql } from 'drizzle-orm';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findUnknownNotifications } from '../../src/notifications/find-unknown-notifications.ts';
import type { Mail } from '../../src/notifications/mailer.ts';
import { cancellationAttempts, notifications, refunds } from '../../src/platform/db/tables/index.ts';
import { createClockWatch } from '../../src/platform/telemetry/clock-watch.ts';
import { createLogger } from '../../src/platform/telemetry/logger.ts';
import { claimRefund } from '../../src/refunds/claim-refund.ts';
import { findStuckRefunds } from '../../src/refunds/find-refunds.ts';
import { bringBackQueue } from '../../src/worker/bring-back-queue.ts';
import { SWEEPS } from '../../src/worker/sweep.ts';
import { addWorkGauges } from '../../src/worker/work-gauges.ts';
import type { WorkerServices } from '../../src/worker/worker-services.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { mailerOf, workerServices } from '../support/worker-services.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

/** A clock that was ahead of the time, and was set back. */

const YEAR = 365 * 24 * HOUR;
const NOW = new Date();
const AHEAD = new Date(NOW.getTime() + YEAR);
const time = createTestClock(NOW);

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let services: WorkerServices;
let mails: Mail[];
beforeEach(async () => {
  time.set(AHEAD);
  api = await startTestApi({ clock: time.clock, cancelAttemptsPerHour: 3 });
  provider = await startTestGateway({ origin: api.origin });
  mails = [];
  services = workerServices(api, {
    clock: time.clock,
    gateway: provider.gateway,
    mailer: mailerOf(async (mail) => void mails.push(mail)),
    sms: { send: async () => ({ kind: 'sent', id: 'SM1' }) },
  });
  await givenCatalogue(api.database.db);
  for (const id of ['TKT-1', 'TKT-2'])
    await givenTicket(api.database.db, { id, showStart: new Date(AHEAD.getTime() + 6 * HOUR) });
});
afterEach(async () => {
  await provider.close();
  await api.close();
});

const sweep = () => Promise.all(SWEEPS.map((one) => one(services)));
const refund = async () => {
  const [row] = await api.database.db.select().from(refunds);
  if (!row) throw new Error('there is no refund');
  return row;
};

describe('after it was set back by a year', () => {
  it('a cancellation of before gets its refund and its messages', async () => {
    await cancelWithoutApi(api.database.db, time.clock, { ticketId: 'TKT-1' });
    time.set(NOW);
    await sweep();
    await sweep();
    expect((await provider.ledger()).refunds).toHaveLength(1);
    expect(mails).not.toEqual([]);
    const waiting = await api.database.db.select().from(notifications);
    expect(waiting.map(({ status }) => status)).not.toContain('PENDING');
  });

  it('a refund that a worker had claimed is free again, and one that waits for its next attempt is due', async () => {
    const { db } = api.database;
    await cancelWithoutApi(db, time.clock, { ticketId: 'TKT-1' });
    const { userId, id: refundId } = await refund();
    expect(await claimRefund(db, time.clock, { userId, refundId })).not.toBeNull();
    time.set(NOW);
    expect(await claimRefund(db, time.clock, { userId, refundId })).not.toBeNull();
    // Claimed now, by a clock that is right.
    expect(await claimRefund(db, time.clock, { userId, refundId })).toBeNull();
  });

  it('a refund that waits as long as any back-off is not due', async () => {
    const { db } = api.database;
    await cancelWithoutApi(db, time.clock, { ticketId: 'TKT-1' });
    const { userId, id: refundId } = await refund();
    time.set(NOW);
    await db.update(refunds).set({ nextAttemptAt: new Date(NOW.getTime() + 60 * MINUTE) });
    expect(await claimRefund(db, time.clock, { userId, refundId })).toBeNull();
  });

  it('operators see its refunds and SMS as stuck', async () => {
    const { db } = api.database;
    await cancelWithoutApi(db, time.clock, { ticketId: 'TKT-1' });
    await db.update(notifications).set({ status: 'UNKNOWN', nextAttemptAt: null, leaseUntil: AHEAD });
    time.set(NOW);
    expect(await findStuckRefunds(db, time.clock)).toHaveLength(1);
    expect(await findUnknownNotifications(db)).not.toEqual([]);
  });

  it('attempts of before do not count, and those since do', async () => {
    const cancel = async () => {
      const { data, errors } = await api.send('mutation { cancelTicket(id: "TKT-none-1") { __typename } }');
      return errors?.[0]?.extensions.code ?? data;
    };
    const { db } = api.database;
    await db
      .insert(cancellationAttempts)
      .values(
        Array.from({ length: 5 }, (_, n) => ({ userId: 'user-asha', id: `ahead-${n}`, attemptedAt: AHEAD })),
      );
    time.set(NOW);
    const tried = async () => {
      const { data, errors } = await api.send(
        'mutation { cancelTicket(id: "TKT-2", expectedRefund: "0.01") { __typename } }',
      );
      return errors?.[0]?.extensions.code ?? data.cancelTicket.__typename;
    };
    expect(await cancel()).toBe('NOT_FOUND');
    expect([await tried(), await tried(), await tried(), await tried()]).toEqual([
      'QuoteChanged',
      'QuoteChanged',
      'QuoteChanged',
      'RATE_LIMITED',
    ]);
  });

  it('the age of its work is no negative number, so that alarms fire', async () => {
    await cancelWithoutApi(api.database.db, time.clock, { ticketId: 'TKT-1' });
    const registry = new Registry();
    addWorkGauges(registry, api.database.db);
    const text = await registry.metrics();
    for (const what of ['refunds_processing', 'notifications']) {
      const age = Number(new RegExp(`oldest_seconds\\{what="${what}"\\} (\\S+)`).exec(text)?.[1]);
      expect(age).toBeGreaterThan(86_400);
    }
    expect(text).toContain('usher_waiting{what="refunds_failed"} 0\n');
  });
});

it('the queue runs its jobs and schedules again', async () => {
  const { db } = api.database;
  await db.execute(sql`
    select graphile_worker.add_job('a', run_at => now() + interval '1 year'),
      graphile_worker.add_job('b', run_at => now() + interval '6 hours'), graphile_worker.add_job('c')`);
  await db.execute(sql`
    update graphile_worker._private_jobs set locked_at = now() + interval '1 year', locked_by = 'dead'
    where run_at <= now()`);
  await db.execute(sql`
    insert into graphile_worker._private_known_crontabs (identifier, known_since, last_execution)
    values ('clean-up', now(), now() + interval '1 year'), ('reconcile', now(), now() - interval '1 hour')`);
  expect(await bringBackQueue(db)).toEqual({
    'jobs that waited': 1,
    'jobs that were locked': 1,
    'schedules that rested': 1,
  });
  expect(await bringBackQueue(db)).toEqual({});
  const waiting = await db.execute(sql`
    select count(*)::int as n from graphile_worker.jobs where run_at <= clock_timestamp() and locked_at is null`);
  expect(waiting[0]).toEqual({ n: 2 });
});

describe('a clock that is watched', () => {
  const watch = () => {
    const lines: { clock: string; seconds: number; msg: string }[] = [];
    const log = createLogger('warn', { write: (line) => lines.push(JSON.parse(line)) });
    let steady = 1_000;
    const look = createClockWatch(log, 'database', () => steady);
    return {
      lines,
      see: (seconds: number, of: number) => {
        steady += of * 1_000;
        look(new Date(NOW.getTime() + seconds * 1_000));
      },
    };
  };

  it('is silent while it goes as the monotonic clock does, about', () => {
    const { lines, see } = watch();
    see(0, 0);
    see(30, 30);
    see(62, 30);
    see(90, 30);
    expect(lines).toEqual([]);
  });

  it('is logged when it jumps, either way', () => {
    const { lines, see } = watch();
    see(0, 0);
    see(3_630, 30);
    see(60, 30);
    expect(lines).toMatchObject([
      { clock: 'database', seconds: 3_600, msg: 'a clock jumped' },
      { clock: 'database', seconds: -3_600, msg: 'a clock jumped' },
    ]);
  });
});
