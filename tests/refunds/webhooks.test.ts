import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { refunds, webhookEvents } from '../../src/platform/db/tables/index.ts';
import { claimRefund } from '../../src/refunds/claim-refund.ts';
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

  it('that is signed but unreadable is answered with 400', async () => {
    const body = '{"entity":"event","event":"refund.processed"}';
    expect(await deliver(body, 'evt_1', sign(body))).toBe('400 malformed');
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

it('refuses GET', async () => {
  const response = await fetch(`${api.origin}/webhooks/razorpay`);
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
});
