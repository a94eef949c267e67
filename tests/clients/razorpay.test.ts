import Razorpay from 'razorpay';
import { describe, expect, it } from 'vitest';
import { readRazorpayWebhook } from '../../src/refunds/gateway/razorpay-webhook.ts';
import { aDemand, startServer, startTestSandbox } from '../dev/sandbox/test-sandbox.ts';

/** The provider's own SDK against the sandbox: what its documentation says, by its calls. */

const WHOLE = 100_000_000;
const notes = (count: number, length = 1) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`note_${n}`, 'x'.repeat(length)]));

async function start(settings: Parameters<typeof startTestSandbox>[0] = {}) {
  const sandbox = await startTestSandbox(settings);
  const sdk = new Razorpay({ key_id: 'rzp_test_key', key_secret: 'key secret' });
  // It has no option for the address.
  const { rq } = sdk.api as unknown as { rq: { defaults: { baseURL: string } } };
  rq.defaults.baseURL = sandbox.url();
  return { ...sandbox, sdk };
}

/** What the SDK throws. */
const refused = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: unknown) => error,
  );
const badRequest = (description: string, field?: string) => ({
  statusCode: 400,
  error: {
    code: 'BAD_REQUEST_ERROR',
    description,
    source: 'business',
    step: 'payment_initiation',
    reason: 'input_validation_failed',
    metadata: {},
    ...(field && { field }),
  },
});

describe('a refund', () => {
  it('of no amount is one of the whole payment, or of what is left', async () => {
    const { sdk } = await start();
    expect(await sdk.payments.refund('pay_1', {})).toMatchObject({ amount: WHOLE });
    await sdk.payments.refund('pay_2', { amount: 30_000 });
    expect(await sdk.payments.refund('pay_2', {})).toMatchObject({ amount: WHOLE - 30_000 });
    expect(await refused(sdk.payments.refund('pay_2', {}))).toEqual(
      badRequest('The payment has been fully refunded already.'),
    );
  });

  it('takes an amount as text, as the examples of the SDK write it', async () => {
    const { sdk } = await start();
    const made = await sdk.payments.refund('pay_1', {
      amount: '100',
      speed: 'normal',
      notes: { notes_key_1: 'Beam me up Scotty.', notes_key_2: 'Engage' },
      receipt: 'Receipt No. 31',
    });
    expect(made).toEqual({
      id: expect.stringMatching(/^rfnd_\w{14}$/),
      entity: 'refund',
      amount: 100,
      currency: 'INR',
      payment_id: 'pay_1',
      notes: { notes_key_1: 'Beam me up Scotty.', notes_key_2: 'Engage' },
      receipt: 'Receipt No. 31',
      acquirer_data: { arn: null },
      created_at: expect.any(Number),
      batch_id: null,
      status: 'pending',
      speed_processed: 'normal',
      speed_requested: 'normal',
    });
  });

  it('may be as fast as possible, and has an empty list for no notes', async () => {
    const { sdk } = await start();
    expect(await sdk.payments.refund('pay_1', { amount: 100, speed: 'optimum' })).toMatchObject({
      speed_requested: 'optimum',
      speed_processed: 'instant',
      notes: [],
    });
  });

  it.each<[string, object, string, string?]>([
    ['too small an amount', { amount: 99 }, 'The amount must be at least INR 1.00', 'amount'],
    ['an amount that is none', { amount: '1.50' }, 'The amount must be an integer.', 'amount'],
    [
      'too large an amount',
      { amount: WHOLE + 1 },
      'The refund amount provided is greater than amount captured.',
      'amount',
    ],
    ['another speed', { speed: 'fast' }, 'The speed must be normal or optimum.', 'speed'],
    ['16 notes', { notes: notes(16) }, 'The notes may have at most 15 pairs.', 'notes'],
    ['a long note', { notes: notes(1, 257) }, 'A note may have at most 256 characters.', 'notes'],
    [
      'a field that refunds have not',
      { currency: 'INR' },
      'currency is/are not required and should not be sent',
    ],
  ])('with %s is refused in the shape of the documentation', async (_words, body, description, field) => {
    const { sdk } = await start();
    expect(await refused(sdk.payments.refund('pay_1', body))).toEqual(badRequest(description, field));
  });

  it('takes 15 notes of 256 characters', async () => {
    const { sdk } = await start();
    expect(await sdk.payments.refund('pay_1', { notes: notes(15, 256) })).toMatchObject({
      notes: notes(15, 256),
    });
  });
});

describe('what was refunded', () => {
  it('is found by refund, by payment and refund, by payment, and among all, by page', async () => {
    const { sdk } = await start({ delayMs: 60_000 });
    const first = await sdk.payments.refund('pay_1', { amount: 100 });
    const second = await sdk.payments.refund('pay_1', { amount: 200 });
    const other = await sdk.payments.refund('pay_2', { amount: 300 });
    expect(await sdk.refunds.fetch(first.id)).toEqual(first);
    expect(await sdk.payments.fetchRefund('pay_1', first.id)).toEqual(first);
    const collection = (...items: unknown[]) => ({ entity: 'collection', count: items.length, items });
    expect(await sdk.payments.fetchMultipleRefund('pay_1')).toEqual(collection(second, first));
    expect(await sdk.refunds.all()).toEqual(collection(other, second, first));
    expect(await sdk.refunds.all({ count: 1, skip: 1 })).toEqual(collection(second));
    expect(await refused(sdk.payments.fetchRefund('pay_2', first.id))).toEqual(
      badRequest('The id provided does not exist'),
    );
    expect(await refused(sdk.refunds.fetch('rfnd_none'))).toEqual(
      badRequest('The id provided does not exist'),
    );
  });

  it('is found between two times', async () => {
    const { sdk } = await start({ delayMs: 60_000 });
    const { created_at } = await sdk.payments.refund('pay_1', { amount: 100 });
    const countOf = async (from: number, to: number) => [
      (await sdk.refunds.all({ from, to })).count,
      (await sdk.payments.fetchMultipleRefund('pay_1', { from, to })).count,
    ];
    expect(await countOf(created_at, created_at)).toEqual([1, 1]);
    expect(await countOf(created_at + 1, created_at + 2)).toEqual([0, 0]);
    expect(await countOf(1, created_at - 1)).toEqual([0, 0]);
    expect(await refused(sdk.payments.fetchMultipleRefund('pay_1', { count: 101 }))).toEqual(
      badRequest('The count may not be greater than 100.', 'count'),
    );
  });

  it('shows in the payment', async () => {
    const { sdk } = await start();
    const payment = () => sdk.payments.fetch('pay_1');
    expect(await payment()).toMatchObject({
      ...{ id: 'pay_1', entity: 'payment', amount: WHOLE, currency: 'INR', method: 'card' },
      ...{ status: 'captured', captured: true, amount_refunded: 0, refund_status: null },
    });
    await sdk.payments.refund('pay_1', { amount: 100 });
    expect(await payment()).toMatchObject({ amount_refunded: 100, refund_status: 'partial' });
    await sdk.payments.refund('pay_1', {});
    expect(await payment()).toMatchObject({ status: 'refunded', refund_status: 'full' });
  });

  it.each([
    ['pay_card_1', 'arn'],
    ['pay_upi_1', 'rrn'],
    ['pay_netbanking_1', 'utr'],
  ])('of %s has the bank reference %s, which our client reads', async (transactionId, name) => {
    const { sdk, gateway } = await start();
    const demand = aDemand({ transactionId });
    await gateway.createRefund(demand);
    const reference = async () =>
      (await sdk.payments.fetchMultipleRefund(transactionId)).items[0]?.acquirer_data;
    await expect.poll(reference).toEqual({ [name]: expect.stringMatching(/^\d+$/) });
    expect(await gateway.findRefund(demand)).toMatchObject({
      refund: { bankReference: Object.values((await reference()) ?? {})[0] },
    });
  });
});

it.each(['409', '429', '500'])('trouble (%s) is JSON that the SDK reads', async (status) => {
  const { sdk, faults } = await start();
  await faults({ demand: { script: [`before:${status}`] }, lookUp: { script: [status] } });
  const trouble = { statusCode: Number(status), error: { description: expect.any(String) } };
  expect(await refused(sdk.payments.refund('pay_1', { amount: 100 }))).toMatchObject(trouble);
  expect(await refused(sdk.refunds.all())).toMatchObject(trouble);
});

it('wrong keys are refused with 401', async () => {
  const { url } = await start();
  const sdk = new Razorpay({ key_id: 'rzp_test_key', key_secret: 'another' });
  (sdk.api as unknown as { rq: { defaults: { baseURL: string } } }).rq.defaults.baseURL = url();
  expect(await refused(sdk.refunds.all())).toMatchObject({
    statusCode: 401,
    error: { code: 'BAD_REQUEST_ERROR' },
  });
});

it('a webhook has the refund and its payment, and the signature that the SDK checks', async () => {
  const { url, received } = await startServer(() => ({ status: 200 }));
  const { gateway } = await start({ webhookUrl: url });
  await gateway.createRefund(aDemand({ transactionId: 'pay_1', amount: 33_300n }));
  await expect.poll(() => received.length).toBe(2);
  for (const { body, headers } of received) {
    const signature = String(headers['x-razorpay-signature']);
    expect(Razorpay.validateWebhookSignature(body, signature, 'webhook secret')).toBe(true);
    expect(JSON.parse(body)).toMatchObject({
      entity: 'event',
      contains: ['refund', 'payment'],
      payload: {
        refund: { entity: { entity: 'refund', payment_id: 'pay_1' } },
        payment: {
          entity: { id: 'pay_1', amount_refunded: 33_300, refund_status: 'partial', captured: true },
        },
      },
    });
    const eventId = String(headers['x-razorpay-event-id']);
    const delivery = { rawBody: Buffer.from(body), signature, eventId, secret: 'webhook secret' };
    expect(readRazorpayWebhook(delivery)).toMatchObject({ kind: 'event' });
  }
});
