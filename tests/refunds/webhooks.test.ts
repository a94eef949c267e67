import { createHmac } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refunds, webhookEvents } from '../../src/platform/db/tables/index.ts';
import { claimRefund } from '../../src/refunds/claim-refund.ts';
import { findKeptWebhooks } from '../../src/refunds/find-refunds.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTestApi, type TestApi, WEBHOOK_SECRET } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
const now = new Date(showStart.getTime() - 6 * HOUR);
const seconds = (offset = 0) => now.getTime() / 1000 + offset;

let api: TestApi;
let refundId: string;
beforeEach(async () => {
  const { clock } = createTestClock(now);
  api = await startTestApi({ clock });
  const { db } = api.database;
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-1', showStart });
  await cancelWithoutApi(db, clock, { ticketId: 'TKT-1' });
  refundId = (await refund()).id;
  await claimRefund(db, clock, { userId: 'user-asha', refundId });
});
afterEach(async () => {
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  await api.close();
});

async function refund() {
  const [row] = await api.database.db.select().from(refunds);
  if (!row) throw new Error('no refund');
  return row;
}

interface Told {
  status?: 'pending' | 'processed' | 'failed';
  at?: number;
  amount?: number;
  arn?: string | null;
  notes?: Record<string, string>;
}

function bodyOf({
  status = 'processed',
  at = 0,
  amount = 33_300,
  arn = null,
  notes = {},
}: Told = {}): string {
  const ours = { userId: 'user-asha', ticketId: 'TKT-1', refundId, generation: '1', ...notes };
  const entity = {
    id: 'rfnd_1',
    entity: 'refund',
    amount,
    currency: 'INR',
    payment_id: 'pay_TKT-1',
    notes: ours,
    receipt: `${ours.refundId}-${ours.generation}`,
    acquirer_data: { arn },
    created_at: seconds(-10),
    batch_id: null,
    status,
    speed_processed: 'normal',
    speed_requested: 'normal',
  };
  const payload = { refund: { entity } };
  return JSON.stringify({ entity: 'event', event: `refund.${status}`, created_at: seconds(at), payload });
}

async function deliver(body: string, id = 'evt_1', signature = sign(body)): Promise<string> {
  const response = await fetch(`${api.origin}/webhooks/razorpay`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-razorpay-event-id': id,
      'x-razorpay-signature': signature,
    },
  });
  return `${response.status} ${await response.text()}`;
}

const sign = (body: string, secret = WEBHOOK_SECRET) =>
  createHmac('sha256', secret).update(body).digest('hex');

const OTHERS = { userId: 'user-x', ticketId: 'TKT-X', refundId: 'refund-x', generation: '1' };

/** A body with other properties of its refund. */
function change(refund: object, body = bodyOf()): string {
  const parsed = JSON.parse(body);
  Object.assign(parsed.payload.refund.entity, refund);
  return JSON.stringify(parsed);
}

describe('a webhook', () => {
  it('makes the refund PROCESSED, even before the answer to our request is recorded', async () => {
    expect(await deliver(bodyOf({ arn: 'ARN1' }))).toBe('200 applied');
    expect(await refund()).toMatchObject({
      status: 'PROCESSED',
      processedAt: now,
      bankReference: 'ARN1',
      gatewayRefundId: 'rfnd_1',
    });
  });

  it('that is delivered twenty times concurrently is applied once', async () => {
    const body = bodyOf();
    const answers = await Promise.all(Array.from({ length: 20 }, () => deliver(body)));
    expect(answers.sort()).toEqual(['200 applied', ...Array(19).fill('200 repeated')]);
    expect(await api.database.db.select().from(webhookEvents)).toHaveLength(1);
    const { data } = await api.send('{ ticket(id: "TKT-1") { timeline { type } } }');
    expect(data.ticket.timeline.map((event: { type: string }) => event.type)).toEqual([
      'HELD',
      'CONFIRMED',
      'CANCELLED',
      'REFUND_PROCESSED',
    ]);
  });

  it('that is older than the newest one changes nothing', async () => {
    await deliver(bodyOf({ status: 'failed', at: 20 }), 'evt_2');
    expect((await refund()).status).toBe('FAILED');
    await deliver(bodyOf({ status: 'processed', at: 10 }), 'evt_1');
    await deliver(bodyOf({ status: 'pending', at: 0 }), 'evt_0');
    expect((await refund()).status).toBe('FAILED');
  });

  it.each([
    ['of another refund', { notes: { refundId: 'refund-none' } }],
    ["of somebody else's refund", { notes: { userId: 'user-ravi' } }],
    ['of another ticket', { notes: { ticketId: 'TKT-2' } }],
    ['of an earlier generation', { notes: { generation: '0' } }],
    ['of another amount', { amount: 33_301 }],
  ])('%s changes nothing and is acknowledged', async (_words, told) => {
    const before = await refund();
    expect(await deliver(bodyOf(told))).toMatch(/^200 /);
    expect(await refund()).toEqual(before);
  });

  it.each([
    ['no signature', (_body: string) => ''],
    ['another secret', (body: string) => sign(body, 'another secret')],
    ['the signature of another body', () => sign(bodyOf({ status: 'failed' }))],
    ['half a signature', (body: string) => sign(body).slice(0, 32)],
    ['text that is not a signature', () => 'ü'.repeat(64).normalize()],
  ])('with %s is refused', async (_words, make) => {
    const before = await refund();
    const body = bodyOf();
    const signature = Buffer.from(make(body)).toString('latin1');
    expect(await deliver(body, 'evt_1', signature)).toBe('401 wrong signature');
    expect(await refund()).toEqual(before);
  });

  it('is signed over its bytes: the same JSON in other bytes is refused', async () => {
    const body = bodyOf();
    expect(await deliver(body.replace('{', '{ '), 'evt_1', sign(body))).toBe('401 wrong signature');
  });

  it.each([
    ['no refund', '{"entity":"event","event":"refund.processed"}'],
    ['another currency and no notes', change({ currency: 'USD', notes: [] })],
    ['an unknown status and notes of another shop', change({ status: 'reversed', notes: { order: '1' } })],
    ['the names of our notes, but no ticket of ours', change({ amount: null, notes: { ...OTHERS } })],
  ])('of another shop on the account, with %s, is answered with 200', async (_words, body) => {
    expect(await deliver(body)).toBe('200 ignored');
    expect(await findKeptWebhooks(api.database.db, 10)).toEqual([]);
  });

  it('of ours that cannot be read is kept for operators and answered with 200', async () => {
    const before = await refund();
    expect(await deliver(change({ currency: 'USD' }, bodyOf()))).toBe('200 kept');
    expect(await refund()).toEqual(before);
    expect(await findKeptWebhooks(api.database.db, 10)).toMatchObject([
      { id: 'evt_1', refundId, type: 'refund.processed', trouble: expect.stringContaining('currency') },
    ]);
  });

  it('without an id of its event is applied once', async () => {
    const body = bodyOf();
    expect(await deliver(body, '')).toBe('200 applied');
    expect(await deliver(body, '')).toBe('200 repeated');
  });

  it('about something else is answered with 200', async () => {
    const body = JSON.stringify({
      entity: 'event',
      event: 'payment.captured',
      created_at: seconds(),
      payload: {},
    });
    expect(await deliver(body, 'evt_1', sign(body))).toBe('200 ignored');
  });
});

describe('a webhook with our secret that contradicts what we know', () => {
  const TOLD: [words: string, told: object][] = [
    ['another payment', { payment_id: 'pay_TKT-2' }],
    ['another amount', { amount: 33_301 }],
  ];
  it.each(TOLD)('of %s changes nothing and is listed', async (_words, told) => {
    const before = await refund();
    expect(await deliver(change(told))).toBe('200 kept');
    expect(await refund()).toEqual(before);
    expect(await findKeptWebhooks(api.database.db, 10)).toMatchObject([{ id: 'evt_1', refundId }]);
  });

  it('of a duplicate that failed does not undo the refund that was paid', async () => {
    await deliver(bodyOf({ status: 'processed', at: 5 }), 'evt_1');
    const before = await refund();
    const failed = bodyOf({ status: 'failed', at: 10 });
    expect(await deliver(change({ id: 'rfnd_2' }, failed), 'evt_2')).toBe('200 kept');
    expect(await refund()).toEqual(before);
    const { data } = await api.send('{ ticket(id: "TKT-1") { timeline { type } } }');
    expect(data.ticket.timeline.at(-1)).toEqual({ type: 'REFUND_PROCESSED' });
  });

  it.each([
    ["of one person's tickets", 'user-asha'],
    ['of two persons', 'user-ravi'],
  ])('names one refund of the gateway for two of ours %s', async (_words, userId) => {
    const { db } = api.database;
    await givenTicket(db, { id: 'TKT-2', userId, showStart, showId: 'show-TKT-1', seatNumbers: ['5', '6'] });
    await cancelWithoutApi(db, createTestClock(now).clock, {
      ticketId: 'TKT-2',
      userId,
      showId: 'show-TKT-1',
    });
    await deliver(bodyOf(), 'evt_1');
    const [other] = await db.select().from(refunds).where(eq(refunds.ticketId, 'TKT-2'));
    const notes = { userId, ticketId: 'TKT-2', refundId: other?.id ?? '' };
    const second = change({ payment_id: 'pay_TKT-2' }, bodyOf({ notes }));
    expect(await deliver(second, 'evt_2')).toBe('200 kept');
    const [same] = await db.select().from(refunds).where(eq(refunds.ticketId, 'TKT-2'));
    expect(same).toEqual(other);
    expect(await findKeptWebhooks(db, 10)).toMatchObject([{ trouble: `rfnd_1 is that of ${refundId}` }]);
  });

  it.each([
    ['the year 9999', 253_402_300_799, now],
    ['1970', 0, now],
  ])('is of %s: it is applied at a time that can be, and later ones are too', async (_words, time, at) => {
    const body = JSON.stringify({ ...JSON.parse(bodyOf()), created_at: time });
    expect(await deliver(body, 'evt_1')).toBe('200 applied');
    expect(await refund()).toMatchObject({ status: 'PROCESSED', processedAt: at, gatewayUpdatedAt: at });
    expect(await deliver(bodyOf({ status: 'failed', at: 1 }), 'evt_2')).toBe('200 applied');
    expect(await refund()).toMatchObject({ status: 'FAILED' });
  });

  it('never reopens a FAILED refund: the books of the gateway are read instead', async () => {
    await deliver(bodyOf({ status: 'failed', at: 5 }), 'evt_1');
    await deliver(bodyOf({ status: 'processed', at: 10 }), 'evt_2');
    expect((await refund()).status).toBe('FAILED');
    await api.jobs.flush();
    const jobs = await api.database.db.execute(
      sql`select payload from graphile_worker._private_jobs as job
        join graphile_worker._private_tasks as task on task.id = job.task_id
        where task.identifier = 'compare-refund'`,
    );
    expect(jobs).toMatchObject([{ payload: { userId: 'user-asha', refundId } }]);
  });
});

it('refuses GET', async () => {
  const response = await fetch(`${api.origin}/webhooks/razorpay`);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});
