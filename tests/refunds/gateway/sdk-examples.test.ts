import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { readRazorpayWebhook } from '../../../src/refunds/gateway/razorpay-webhook.ts';
import { aDemand, gatewayTo, startServer } from '../../dev/sandbox/test-sandbox.ts';

/**
 * What the SDK's documentation (razorpay-node, documents/refund.md) and Razorpay's page on webhooks show as answers. They
 * lack some fields, and spell others in several ways.
 */

const of = <More extends object>(more: More) => ({
  id: 'rfnd_FP8DDKxqJif6ca',
  entity: 'refund',
  amount: 300_100,
  currency: 'INR',
  payment_id: 'pay_FIKOnlyii5QGNx',
  receipt: null,
  created_at: 1_597_078_124,
  batch_id: null,
  status: 'processed',
  ...more,
});
const comment = { comment: 'Comment for refund' };

const EXAMPLES = {
  'a normal refund, without speed_requested': of({
    receipt: 'Receipt No. 31',
    notes: [],
    acquirer_data: { arn: null },
    speed_processed: 'normal',
  }),
  'an instant refund, without speed_processed': of({
    notes: { notes_key_1: 'Tea, Earl Grey, Hot', notes_key_2: 'Tea, Earl Grey… decaf.' },
    acquirer_data: { arn: null },
    speed_requested: 'optimum',
  }),
  'one of many': of({
    notes: comment,
    acquirer_data: { arn: '10000000000000' },
    speed_processed: 'normal',
    speed_requested: 'optimum',
  }),
  'one with empty acquirer_data': of({
    notes: comment,
    acquirer_data: {},
    speed_processed: 'optimum',
    speed_requested: 'optimum',
  }),
};

const list = (...items: object[]) => JSON.stringify({ entity: 'collection', count: items.length, items });
const demand = aDemand({ transactionId: 'pay_FIKOnlyii5QGNx', amount: 300_100n });
const { userId, ticketId, refundId } = demand;
const ours = { userId, ticketId, refundId, generation: '1' };

it.each(Object.entries(EXAMPLES))('the client reads %s, as one of somebody else', async (_words, refund) => {
  const { url } = await startServer(() => ({ status: 200, body: list(refund) }));
  expect(await gatewayTo(url).findRefund(demand)).toEqual({ kind: 'none' });
});

it.each(Object.entries(EXAMPLES))(
  'the client reads %s, as its own with our notes',
  async (_words, refund) => {
    const body = JSON.stringify({ ...refund, notes: ours });
    const { url } = await startServer(({ method }) => ({
      status: 200,
      body: method === 'POST' ? body : list(JSON.parse(body)),
    }));
    const accepted = { refund: { id: 'rfnd_FP8DDKxqJif6ca', status: 'processed', amount: 300_100n } };
    expect(await gatewayTo(url).createRefund(demand)).toMatchObject({ kind: 'accepted', ...accepted });
    expect(await gatewayTo(url).findRefund(demand)).toMatchObject({ kind: 'found', ...accepted });
  },
);

it.each(Object.entries(EXAMPLES))('a webhook about %s is read', (_words, refund) => {
  const payment = { id: 'pay_FIKOnlyii5QGNx', entity: 'payment', amount: 500_000, captured: true, notes: [] };
  const read = (notes: object) => {
    const rawBody = Buffer.from(
      JSON.stringify({
        entity: 'event',
        account_id: 'acc_E7OQJcEANmBHTC',
        event: 'refund.processed',
        contains: ['refund', 'payment'],
        payload: { refund: { entity: { ...refund, notes } }, payment: { entity: payment } },
        created_at: 1_597_734_071,
      }),
    );
    const signature = createHmac('sha256', 'secret').update(rawBody).digest('hex');
    return readRazorpayWebhook({ rawBody, signature, eventId: 'evt_1', secret: 'secret' });
  };
  expect(read(refund.notes)).toMatchObject({ kind: 'not-ours' });
  expect(read(ours)).toMatchObject({ kind: 'event', event: { refundId, type: 'refund.processed' } });
});
