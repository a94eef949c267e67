import { sql } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/platform/db/clock.ts';
import { refunds } from '../../src/platform/db/tables/index.ts';
import type { Gateway } from '../../src/refunds/gateway/gateway.ts';
import { reconcileRefunds } from '../../src/refunds/reconcile-refunds.ts';
import { startWorker } from '../../src/worker/start-worker.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { givenManyRefunds } from '../support/many-refunds.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { workerServices } from '../support/worker-services.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** More than one page. */
const MANY = 620;

let api: TestApi;
let asked: string[];
let findRefund: (refundId: string) => Promise<void>;
let logged: string[];
beforeEach(async () => {
  api = await startTestApi();
  asked = [];
  logged = [];
  findRefund = async () => {};
  const { db } = api.database;
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  await cancelWithoutApi(db, systemClock, { ticketId: 'TKT-1' });
  // Sent, and not due: no sweep takes them up.
  await db.execute(
    sql`update refunds set first_sent_at = now(), next_attempt_at = now() + interval '30 minutes' where ticket_id = 'TKT-1'`,
  );
  await givenManyRefunds(db, MANY);
});
afterEach(() => api.close());

const gateway: Gateway = {
  createRefund: async () => ({ kind: 'unknown', detail: 'not expected' }),
  listRefunds: async () => ({ kind: 'unknown', detail: 'not expected' }),
  findRefund: async ({ refundId }) => {
    asked.push(refundId);
    await findRefund(refundId);
    return { kind: 'none' };
  },
};

const services = () =>
  workerServices(api, {
    log: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
    gateway,
    gatewayCallsAtOnce: 8,
  });

describe('the nightly comparison', () => {
  it('compares several refunds at once, each of them once', async () => {
    let now = 0;
    let most = 0;
    findRefund = async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise(setImmediate);
      now -= 1;
    };
    await reconcileRefunds(services(), { atOnce: 4 });
    expect(most).toBe(4);
    expect(asked).toHaveLength(MANY + 1);
    expect(new Set(asked).size).toBe(MANY + 1);
  });

  it('is not ended by the error of one refund', async () => {
    const { db } = api.database;
    await db.execute(sql`
      create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`);
    await db.execute(sql`
      create trigger refuse before update on refunds for each row when (new.id = 'refund-M7') execute function refuse()`);
    await reconcileRefunds(services(), { atOnce: 4 });
    expect(new Set(asked).size).toBe(MANY + 1);
    expect(logged.filter((line) => line.includes('a refund could not be compared'))).toHaveLength(1);
  });

  it('stops with its worker, and another one goes on with the rest', async () => {
    const { db } = api.database;
    const first = startWorker(services(), api.database.url);
    findRefund = async () => {
      if (asked.length === 100) void first.stop();
    };
    await db.execute(sql`select graphile_worker.add_job('reconcile')`);
    await vi.waitFor(() => expect(asked.length).toBeGreaterThanOrEqual(100), PATIENTLY);
    await first.stop();
    const before = [...asked];
    expect(before.length).toBeLessThan(MANY);
    const compared = new Set(
      (await db.select().from(refunds)).filter((row) => row.comparedAt).map(({ id }) => id),
    );
    expect(compared.size).toBeGreaterThan(0);

    asked.length = 0;
    findRefund = async () => {};
    const second = startWorker(services(), api.database.url);
    await vi.waitFor(async () => {
      expect(await db.$count(refunds, sql`compared_at is null`)).toBe(0);
    }, PATIENTLY);
    await second.stop();
    expect(asked.filter((id) => compared.has(id))).toEqual([]);
  });
});
