import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refunds } from '../../src/platform/db/tables/index.ts';
import { compareRefundById } from '../../src/refunds/compare-refund.ts';
import { retryRefund } from '../../src/refunds/retry-refund.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { settleRefund } from '../../src/refunds/settle-refund.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

const ID = 'TKT-SIBLINGS';
const PAISE = 16_650;
const showStart = new Date('2024-12-15T18:00:00Z');
const time = createTestClock(new Date());

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
let logs: string[];
beforeEach(async () => {
  time.set(new Date(showStart.getTime() - 6 * HOUR));
  logs = [];
  api = await startTestApi({ clock: time.clock });
  provider = await startTestGateway();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: ID, showStart, policyId: 'policy-flat-10-v2' });
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await provider.close();
  await api.close();
});

/** Cancels one of the two seats, which have the same price. */
async function cancel(label: string): Promise<string> {
  const { db } = api.database;
  const outcome = await cancelWithoutApi(db, time.clock, { ticketId: ID, seatIds: [`${ID}:${label}`] });
  if (outcome.kind !== 'cancelled') throw new Error(outcome.kind);
  return outcome.refund.id;
}

const services = () => ({
  db: api.database.db,
  clock: time.clock,
  jobs: api.jobs,
  gateway: provider.gateway,
  log: pino({ level: 'warn' }, { write: (line: string) => logs.push(line) }),
});
const keyOf = (refundId: string) => ({ userId: 'user-asha', refundId });
const send = (refundId: string) => sendRefund(services(), keyOf(refundId));
const settle = (refundId: string, reference: string) =>
  settleRefund(api.database.db, time.clock, refundId, reference);
const byHand = async () => (await provider.refundByHand(`pay_${ID}`, PAISE)).id;
const made = async () => (await provider.ledger()).refunds.length;

async function row(refundId: string) {
  const [found] = await api.database.db.select().from(refunds).where(eq(refunds.id, refundId));
  if (!found) throw new Error(`no refund ${refundId}`);
  return found;
}

async function fail(refundId: string): Promise<void> {
  await api.database.db
    .update(refunds)
    .set({ status: 'FAILED', failureReason: 'x', nextAttemptAt: null, firstSentAt: time.clock.now() })
    .where(eq(refunds.id, refundId));
}

describe('a refund made by hand, of the amount of two refunds of a ticket', () => {
  it('is taken for none of them until an operator says of which it is', async () => {
    const first = await cancel('A1');
    await fail(first);
    const second = await cancel('A2');
    const hand = await byHand();
    await send(second);
    expect(await row(second)).toMatchObject({
      status: 'PROCESSING',
      gatewayRefundId: null,
      lastError: `${hand} may be of several refunds: settle the one that it is of`,
    });
    expect(await settle(first, hand)).toBe('settled');
    time.set(new Date(time.clock.now().getTime() + HOUR));
    await send(second);
    expect((await row(second)).gatewayRefundId).not.toBe(hand);
    expect(await made()).toBe(2);
  });

  it('is not made twice if the first was settled by the bank’s reference, nor is its money that of both', async () => {
    const first = await cancel('A1');
    await fail(first);
    const second = await cancel('A2');
    const hand = await byHand();
    expect(await settle(first, 'ARN123')).toBe('settled');
    await send(second);
    expect(await row(second)).toMatchObject({ status: 'PROCESSING', gatewayRefundId: null });
    await fail(second);
    expect(await settle(second, 'ARN123')).toBe('taken');
    // The operator names the gateway's id, too.
    expect(await settle(first, hand)).toBe('settled');
    expect(await settle(second, hand)).toBe('taken');
    expect(await row(first)).toMatchObject({ status: 'PROCESSED', gatewayRefundId: hand });
    await retryRefund(api.database.db, time.clock, second);
    await send(second);
    expect(await made()).toBe(2);
  });

  it('is no duplicate of one that the gateway made for us', async () => {
    const first = await cancel('A1');
    await send(first);
    const second = await cancel('A2');
    await fail(second);
    await byHand();
    await compareRefundById(services(), keyOf(first));
    expect((await row(first)).lastError).toBeNull();
    expect(logs.join('')).not.toContain('made more than once');
    await compareRefundById(services(), keyOf(second));
    expect((await row(second)).status).toBe('PROCESSED');
  });
});

it('a refund made by hand that failed hides neither a retry nor another refund of the ticket', async () => {
  const first = await cancel('A1');
  await fail(first);
  await provider.setFaults({ fate: { script: ['fails'] }, webhook: { odds: { dropped: 1 } } });
  await byHand();
  await expect.poll(async () => (await provider.ledger()).refunds[0]?.status).toBe('failed');
  const second = await cancel('A2');
  await send(second);
  await retryRefund(api.database.db, time.clock, first);
  await send(first);
  expect(await made()).toBe(3);
  expect((await row(first)).gatewayRefundId).toMatch(/^rfnd_/);
});
