import { and, eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { notifications, refunds, ticketEvents } from '../../src/platform/db/tables/index.ts';
import { applyWebhook } from '../../src/refunds/apply-webhook.ts';
import { claimRefund } from '../../src/refunds/claim-refund.ts';
import { findDueRefunds, findLatePayments, findStuckRefunds } from '../../src/refunds/find-refunds.ts';
import type { Gateway, GatewayRefund } from '../../src/refunds/gateway/gateway.ts';
import { reconcileRefunds } from '../../src/refunds/reconcile-refunds.ts';
import { recordGatewayReply } from '../../src/refunds/record-gateway-reply.ts';
import { retryRefund } from '../../src/refunds/retry-refund.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { PATIENTLY } from '../support/patiently.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
const cancelled = new Date(showStart.getTime() - 6 * HOUR);
const time = createTestClock(cancelled);
const later = (milliseconds: number) => time.set(new Date(time.clock.now().getTime() + milliseconds));
const silent = pino({ level: 'silent' });

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

const services = (gateway: Gateway = provider.gateway) => ({
  db: api.database.db,
  clock: time.clock,
  jobs: api.jobs,
  gateway,
  log: silent,
});
const send = (gateway?: Gateway) => sendRefund(services(gateway), { userId: 'user-asha', refundId });
const until = (status: string) =>
  vi.waitFor(async () => expect((await refund()).status).toBe(status), PATIENTLY);

function rfnd(status: GatewayRefund['status']): GatewayRefund {
  return { id: 'rfnd_1', status, amount: 33_300n, bankReference: null, createdAt: cancelled };
}

/** Delivers a webhook that reports the first generation as failed. */
async function reportFailed(id = 'evt_failed') {
  const { gatewayRefundId } = await refund();
  const about = {
    userId: 'user-asha',
    ticketId: 'TKT-1',
    refundId,
    generation: 1,
    step: 1,
    transactionId: 'pay_TKT-1',
    refund: { ...rfnd('failed'), id: gatewayRefundId ?? 'rfnd_1' },
  };
  const event = { id, type: 'refund.failed', happenedAt: time.clock.now(), ...about };
  expect(await applyWebhook(services(), event)).toBe('applied');
}

async function events() {
  const rows = await api.database.db.select().from(ticketEvents).orderBy(ticketEvents.seq);
  return rows.map((row) => `${row.type} ${row.actor}`).slice(2);
}

describe('a refund', () => {
  it('is sent once, and PROCESSED when the gateway reports it', async () => {
    await send();
    await until('PROCESSED');
    expect((await provider.ledger()).refunds).toMatchObject([
      { key: `${refundId}-1`, amount: 33_300, notes: { refundId, userId: 'user-asha', ticketId: 'TKT-1' } },
    ]);
    expect(await events()).toEqual(['CANCELLED USER', 'REFUND_PROCESSED GATEWAY']);
    const sent = await api.database.db.select().from(notifications).where(eq(notifications.channel, 'EMAIL'));
    expect(sent.map((row) => row.event).sort()).toEqual(['REFUND_PROCESSED', 'TICKET_CANCELLED']);
    expect(await findDueRefunds(api.database.db, time.clock, 10)).toEqual([]);
  });

  it.each([
    'after:timeout',
    'after:500',
    'after:half',
    'after:malformed',
    'after:wrong-amount',
    'after:reset',
    'after:409',
  ])('whose answer is lost (%s) is found, not made twice', async (fault) => {
    await provider.setFaults({ demand: { script: [fault] }, webhook: { odds: { dropped: 1 } } });
    await send();
    expect(await refund()).toMatchObject({
      status: 'PROCESSING',
      generation: 1,
      lastError: expect.any(String),
    });
    later(MINUTE);
    await send();
    await vi.waitFor(async () => {
      later(15 * MINUTE);
      await send();
      expect((await refund()).status).toBe('PROCESSED');
    }, PATIENTLY);
    expect((await provider.ledger()).refunds).toHaveLength(1);
  });

  it.each(['before:timeout', 'before:502', 'before:429', 'before:reset'])(
    'that the gateway did not accept (%s) is sent again with the same key',
    async (fault) => {
      await provider.setFaults({ demand: { script: [fault] } });
      await send();
      expect((await provider.ledger()).refunds).toEqual([]);
      await send(); // not due yet
      expect((await provider.ledger()).refunds).toEqual([]);
      later(MINUTE);
      await send();
      await until('PROCESSED');
      expect((await provider.ledger()).refunds).toMatchObject([{ key: `${refundId}-1` }]);
    },
  );

  it('is not sent again while the gateway cannot be queried', async () => {
    await provider.setFaults({
      demand: { script: ['after:timeout'] },
      lookUp: { script: ['none'], odds: { '500': 1 } },
      webhook: { odds: { dropped: 1 } },
    });
    for (let n = 0; n < 4; n += 1) {
      await send();
      later(20 * MINUTE);
    }
    expect(await refund()).toMatchObject({ status: 'PROCESSING', attempts: 4 });
    expect((await provider.ledger()).refunds).toHaveLength(1);
  });

  it('that is refused finally is FAILED with a safe reason, and an operator can retry it', async () => {
    await provider.setFaults({ demand: { script: ['refuse:too-old'] } });
    await send();
    const { status, failureReason, lastError } = await refund();
    expect([status, failureReason]).toEqual(['FAILED', expect.stringContaining('too old')]);
    expect(failureReason).not.toBe(lastError);
    expect((await findStuckRefunds(api.database.db, time.clock)).map((row) => row.id)).toEqual([refundId]);

    expect(await retryRefund(api.database.db, time.clock, refundId)).toBe('askedAnew');
    await send();
    await until('PROCESSED');
    expect((await provider.ledger()).refunds).toMatchObject([{ key: `${refundId}-2` }]);
    expect(await events()).toEqual([
      'CANCELLED USER',
      'REFUND_FAILED GATEWAY',
      'REFUND_RETRIED OPERATOR',
      'REFUND_PROCESSED GATEWAY',
    ]);
    expect(await retryRefund(api.database.db, time.clock, refundId)).toBe('final');
    expect(await retryRefund(api.database.db, time.clock, 'refund-none')).toBe('unknown');
  });

  it('that is refused for a low balance is sent again automatically, an hour later, with a new key', async () => {
    await provider.setFaults({ demand: { script: ['refuse:balance'] } });
    await send();
    expect(await refund()).toMatchObject({ status: 'PROCESSING', generation: 2, firstSentAt: null });
    later(59 * MINUTE);
    await send();
    expect((await provider.ledger()).refunds).toEqual([]);
    later(MINUTE);
    await send();
    await until('PROCESSED');
    expect((await provider.ledger()).refunds).toMatchObject([{ key: `${refundId}-2` }]);
  });

  it('that the bank returns is FAILED after it was PROCESSED', async () => {
    await provider.setFaults({ fate: { script: ['bank-returns'] } });
    await send();
    await until('FAILED');
    // The two webhooks may arrive in either order; the final status does not depend on it.
    expect((await events()).at(-1)).toBe('REFUND_FAILED GATEWAY');
    const { data } = await api.send(
      '{ ticket(id: "TKT-1") { status payment { status } refund { refundStatus failureReason } } }',
    );
    expect(data.ticket).toMatchObject({ status: 'CANCELLED', payment: { status: 'REFUNDED' } });
    expect(data.ticket.refund).toEqual({
      refundStatus: 'FAILED',
      failureReason: expect.stringContaining('bank'),
    });
  });
});

describe('several workers', () => {
  it('send a refund once when they take it up concurrently', async () => {
    await Promise.all(Array.from({ length: 10 }, () => send()));
    expect((await provider.ledger()).refunds).toHaveLength(1);
    expect((await refund()).attempts).toBe(1);
  });

  it('replace a killed worker when its lease ends', async () => {
    const key = { userId: 'user-asha', refundId };
    expect(await claimRefund(api.database.db, time.clock, key)).not.toBeNull();
    expect(await findDueRefunds(api.database.db, time.clock, 10)).toEqual([]);
    later(45_000);
    expect(await findDueRefunds(api.database.db, time.clock, 10)).toEqual([key]);
    await send();
    await until('PROCESSED');
  });

  it('ignore the result of a worker whose lease has ended', async () => {
    const { db } = api.database;
    const slow = await claimRefund(db, time.clock, { userId: 'user-asha', refundId });
    if (!slow) throw new Error('not claimed');
    later(45_000);
    const refusal = { kind: 'refused', reason: 'TOO_OLD', retry: false, detail: '' } as const;
    await recordGatewayReply(services(), slow, refusal);
    expect((await refund()).status).toBe('PROCESSING');
    const next = await claimRefund(db, time.clock, { userId: 'user-asha', refundId });
    await recordGatewayReply(services(), slow, refusal);
    expect(await refund()).toMatchObject({ status: 'PROCESSING', lease: next?.refund.lease });
  });
});

describe('a refund that the gateway made after it had reported it as failed', () => {
  beforeEach(async () => {
    await provider.setFaults({ webhook: { odds: { dropped: 1 } } });
    await send();
    await reportFailed();
    await vi.waitFor(
      async () => expect((await provider.ledger()).refunds).toMatchObject([{ status: 'processed' }]),
      PATIENTLY,
    );
    expect(await retryRefund(api.database.db, time.clock, refundId)).toBe('askedAnew');
  });

  it('is not made again: the row adopts its generation', async () => {
    await send();
    const [made, ...more] = (await provider.ledger()).refunds;
    expect(more).toEqual([]);
    expect(await refund()).toMatchObject({
      status: 'PROCESSED',
      generation: 1,
      gatewayRefundId: made?.id,
      nextAttemptAt: null,
    });
    expect((await events()).slice(-2)).toEqual(['REFUND_RETRIED OPERATOR', 'REFUND_PROCESSED GATEWAY']);
    // Later events about it are applied again.
    await reportFailed('evt_returned');
    expect((await refund()).status).toBe('FAILED');
  });

  it('is not made again while the gateway cannot be queried', async () => {
    await provider.setFaults({ lookUp: { odds: { '500': 1 } } });
    await send();
    expect(await refund()).toMatchObject({ status: 'PROCESSING', generation: 2, gatewayRefundId: null });
    expect((await provider.ledger()).refunds).toHaveLength(1);
  });

  it('and made again before that was visible is listed for an operator', async () => {
    const { db } = api.database;
    await send({ ...provider.gateway, findRefund: async () => ({ kind: 'none' }) });
    const [first, second] = (await provider.ledger()).refunds;
    const logged: string[] = [];
    const log = pino({ level: 'error' }, { write: (line) => void logged.push(line) });
    await vi.waitFor(async () => {
      await reconcileRefunds({ ...services(), log });
      expect((await refund()).status).toBe('PROCESSED');
    }, PATIENTLY);
    expect(await refund()).toMatchObject({ generation: 2, gatewayRefundId: second?.id });
    expect(await findStuckRefunds(db, time.clock)).toMatchObject([
      { id: refundId, lastError: `also made as ${first?.id}` },
    ]);
    expect(logged.at(-1)).toContain('a refund was made more than once');
    later(10 * 24 * 60 * MINUTE);
    expect(await findStuckRefunds(db, time.clock)).toEqual([]);
  });
});

describe('an answer about an earlier generation', () => {
  const answers = {
    processed: { kind: 'reported', refund: rfnd('processed'), generation: 1, happenedAt: null },
    failed: { kind: 'reported', refund: rfnd('failed'), generation: 1, happenedAt: null },
    refused: { kind: 'refused', reason: 'TOO_OLD', retry: false, detail: '' },
    unknown: { kind: 'unknown', detail: 'time-out' },
  } as const;

  it.each(Object.entries(answers))('does not change the current generation: %s', async (_, reply) => {
    const { db } = api.database;
    const key = { userId: 'user-asha', refundId };
    const slow = await claimRefund(db, time.clock, key);
    if (!slow) throw new Error('not claimed');
    await reportFailed();
    expect(await retryRefund(db, time.clock, refundId)).toBe('askedAnew');

    const renewed = await refund();
    expect(renewed).toMatchObject({ status: 'PROCESSING', generation: 2, firstSentAt: null });
    const inTime = await recordGatewayReply(services(), slow, reply);
    expect(await refund()).toEqual({ ...renewed, leaseUntil: null });
    expect(inTime).toBe(false);
    // The claim has ended, so another worker can take the refund up.
    expect(await findDueRefunds(db, time.clock, 10)).toEqual([key]);
  });
});

describe('the nightly reconciliation', () => {
  it('applies what a lost webhook reported, and the bank reference that arrived later', async () => {
    await provider.setFaults({ webhook: { odds: { dropped: 1 } }, fate: { script: ['late-reference'] } });
    await send();
    await vi.waitFor(async () => {
      await reconcileRefunds(services());
      expect((await refund()).bankReference).not.toBeNull();
    }, PATIENTLY);
    expect((await refund()).status).toBe('PROCESSED');
  });

  it('notices that the bank returned the money, even after it had given its reference', async () => {
    await provider.setFaults({ webhook: { odds: { dropped: 1 } }, fate: { script: ['bank-returns'] } });
    await send();
    await vi.waitFor(
      async () => expect((await provider.ledger()).refunds).toMatchObject([{ status: 'failed' }]),
      PATIENTLY,
    );
    await api.database.db
      .update(refunds)
      .set({ status: 'PROCESSED', processedAt: cancelled, nextAttemptAt: null, bankReference: 'ARN1' });
    await reconcileRefunds(services());
    expect((await refund()).status).toBe('FAILED');
  });

  it('finds that a FAILED refund was processed after all', async () => {
    await provider.setFaults({ webhook: { odds: { dropped: 1 } } });
    await send();
    await reportFailed();
    expect((await refund()).status).toBe('FAILED');
    await vi.waitFor(async () => {
      await reconcileRefunds(services());
      expect(await refund()).toMatchObject({ status: 'PROCESSED', failureReason: null });
    }, PATIENTLY);
    expect((await events()).slice(-2)).toEqual(['REFUND_FAILED GATEWAY', 'REFUND_PROCESSED GATEWAY']);
  });

  it('does not touch a row that changed while the books were read', async () => {
    await send();
    await until('PROCESSED');
    const processed = await refund();
    const gateway: Gateway = {
      ...provider.gateway,
      findRefund: async (request) => {
        const found = await provider.gateway.findRefund(request);
        await reportFailed();
        return found;
      },
    };
    await reconcileRefunds(services(gateway));
    expect(await refund()).toMatchObject({ status: 'FAILED', gatewayRefundId: processed.gatewayRefundId });
  });

  it('lists a PROCESSED refund that the gateway does not have, until it has', async () => {
    const { db } = api.database;
    await send();
    await until('PROCESSED');
    await reconcileRefunds(services({ ...provider.gateway, findRefund: async () => ({ kind: 'none' }) }));
    expect(await findStuckRefunds(db, time.clock)).toMatchObject([
      { id: refundId, lastError: 'the gateway does not have this refund' },
    ]);
    await reconcileRefunds(services());
    expect(await findStuckRefunds(db, time.clock)).toEqual([]);
  });

  it('lists a payment that arrived after its hold had expired', async () => {
    const { db } = api.database;
    expect(await findLatePayments(db)).toEqual([]);
    await givenTicket(db, {
      id: 'TKT-LATE',
      showStart,
      status: 'EXPIRED',
      showId: 'show-TKT-1',
      seatNumbers: ['9'],
    });
    await db.execute(`insert into payments (user_id, id, ticket_id, gateway, transaction_id, payment_mode, amount, status, payment_time)
      values ('user-asha', 'payment-late', 'TKT-LATE', 'sandbox', 'pay_late', 'UPI', 17000, 'SUCCESS', now())`);
    expect(await findLatePayments(db)).toMatchObject([
      { ticketId: 'TKT-LATE', payment: { id: 'payment-late' } },
    ]);
    await db.execute(`delete from payments where id = 'payment-late'`);
  });
});

it('a refund of zero calls no gateway', async () => {
  const { db } = api.database;
  await db.execute(`insert into cancellation_policies (id, name, version, cutoff_minutes, tier_over_minutes, tier_fee_bps)
    values ('policy-none-v1', 'NONE', 1, 60, '{0}', '{10000}')`);
  await givenTicket(db, {
    id: 'TKT-0',
    showStart,
    policyId: 'policy-none-v1',
    showId: 'show-TKT-1',
    seatNumbers: ['8'],
  });
  await cancelWithoutApi(db, time.clock, { ticketId: 'TKT-0', showId: 'show-TKT-1' });
  const [none] = await db
    .select()
    .from(refunds)
    .where(and(eq(refunds.ticketId, 'TKT-0')));
  expect(none).toMatchObject({ status: 'NOT_REQUIRED', nextAttemptAt: null });
  expect(await claimRefund(db, time.clock, { userId: 'user-asha', refundId: none?.id ?? '' })).toBeNull();
});
