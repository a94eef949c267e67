import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/db/clock.ts';
import { refunds } from '../../src/platform/db/tables/index.ts';
import type { Gateway } from '../../src/refunds/gateway/gateway.ts';
import { limitCalls } from '../../src/refunds/gateway/limit-calls.ts';
import { sweepRefunds } from '../../src/worker/sweep-refunds.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { connectOutsider } from '../support/lock-waiters.ts';
import { givenManyRefunds } from '../support/many-refunds.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { workerServices } from '../support/worker-services.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** More than the statement of a sweep finds. */
const MANY = 620;

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
beforeEach(async () => {
  api = await startTestApi();
  provider = await startTestGateway({ delayMs: 600_000 });
  const { db } = api.database;
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  await cancelWithoutApi(db, systemClock, { ticketId: 'TKT-1' });
  await givenManyRefunds(db, MANY);
});
afterEach(async () => {
  await provider.close();
  await api.close();
});

/** Counts how many calls are under way. */
function watched(gateway: Gateway) {
  let now = 0;
  let most = 0;
  async function watch<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    now += 1;
    most = Math.max(most, now);
    return call().finally(() => {
      now -= 1;
    });
  }
  const watching: Gateway = {
    createRefund: (request) => watch(() => gateway.createRefund(request)),
    findRefund: (request) => watch(() => gateway.findRefund(request)),
    listRefunds: (since) => watch(() => gateway.listRefunds(since)),
  };
  return { gateway: watching, most: () => most };
}

const servicesWith = (gateway: Gateway, gatewayCallsAtOnce: number) =>
  workerServices(api, { gateway, gatewayCallsAtOnce });
const notSent = () => api.database.db.$count(refunds, sql`gateway_refund_id is null`);

describe('a backlog of refunds', () => {
  it('is sent by one sweep, side by side, with never more calls than the limit', async () => {
    const { gateway, most } = watched(provider.gateway);
    // More refunds side by side than calls: they wait for their turn.
    await sweepRefunds({ ...servicesWith(limitCalls(gateway, 6), 6), gatewayCallsAtOnce: 9 });
    expect(await notSent()).toBe(0);
    expect(most()).toBe(6);
    expect((await provider.ledger()).refunds).toHaveLength(MANY + 1);
  });

  it('is sent although some of it is locked by others, and the sweep ends', async () => {
    const { sql: outsider, close } = connectOutsider(api.database.url);
    await outsider.begin(async (tx) => {
      await tx`select from refunds where id in ('refund-M1', 'refund-M2') for update`;
      await sweepRefunds(servicesWith(provider.gateway, 9));
      expect(await notSent()).toBe(2);
    });
    await close();
  });

  it('is left to others as soon as the worker stops', async () => {
    const stopping = new AbortController();
    const { gateway } = provider;
    const stopAtOnce: Gateway = {
      ...gateway,
      findRefund: (request) => {
        stopping.abort();
        return gateway.findRefund(request);
      },
    };
    await sweepRefunds(servicesWith(stopAtOnce, 3), stopping.signal);
    expect(await notSent()).toBeGreaterThanOrEqual(MANY + 1 - 3);
    const claimed = await api.database.db.select().from(refunds).where(eq(refunds.attempts, 1));
    expect(claimed.length).toBeLessThanOrEqual(3);
  });
});
