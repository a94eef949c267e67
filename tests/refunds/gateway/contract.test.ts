import { expect, it } from 'vitest';
import { refundBody, refundKey } from '../../../src/refunds/gateway/razorpay-refund.ts';
import { type RefusalReason, refusalMessage } from '../../../src/refunds/gateway/refusal-reason.ts';
import { aDemand, gatewayTo, startServer } from '../../dev/sandbox/test-sandbox.ts';

const demand = aDemand({
  ticketId: 'TKT-1',
  refundId: 'refund-6ae9cc5b-2d2a-4b1f-9d0e-5f3b7c1d2e3f',
  transactionId: 'pay_29QQoUBi66xm2f',
});
const body =
  '{"amount":33300,"speed":"normal","receipt":"6ae9cc5b-2d2a-4b1f-9d0e-5f3b7c1d2e3f-1","notes":{"userId":"user-asha","ticketId":"TKT-1","refundId":"refund-6ae9cc5b-2d2a-4b1f-9d0e-5f3b7c1d2e3f","generation":"1"}}';

/** As Razorpay's documentation shows it. */
const entity = {
  id: 'rfnd_FP8QHiV938haTz',
  entity: 'refund',
  amount: 33_300,
  currency: 'INR',
  payment_id: 'pay_29QQoUBi66xm2f',
  notes: JSON.parse(body).notes,
  receipt: JSON.parse(body).receipt,
  acquirer_data: { arn: null },
  created_at: 1_597_078_866,
  batch_id: null,
  status: 'processed',
  speed_processed: 'normal',
  speed_requested: 'normal',
};
const refund = {
  id: 'rfnd_FP8QHiV938haTz',
  status: 'processed',
  amount: 33_300n,
  bankReference: null,
  createdAt: new Date('2020-08-10T17:01:06Z'),
};
const error = (description: string) =>
  JSON.stringify({
    error: { code: 'BAD_REQUEST_ERROR', description, reason: 'NA', source: 'NA', step: 'NA' },
  });
const list = (...items: unknown[]) => JSON.stringify({ entity: 'collection', count: items.length, items });

it('keeps the path of RAZORPAY_URL, as that of a proxy', async () => {
  const { url, received } = await startServer(() => ({ status: 200, body: JSON.stringify(entity) }));
  await gatewayTo(`${url}/razorpay/`).createRefund(demand);
  expect(received).toMatchObject([{ url: '/razorpay/v1/payments/pay_29QQoUBi66xm2f/refund' }]);
});

it('requests a refund as Razorpay documents it', async () => {
  const { url, received } = await startServer(() => ({ status: 200, body: JSON.stringify(entity) }));

  expect(await gatewayTo(url).createRefund(demand)).toEqual({ kind: 'accepted', refund, generation: 1 });
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: '/v1/payments/pay_29QQoUBi66xm2f/refund',
      headers: {
        authorization: `Basic ${Buffer.from('rzp_test_key:key secret').toString('base64')}`,
        'content-type': 'application/json',
        'x-refund-idempotency': 'refund-6ae9cc5b-2d2a-4b1f-9d0e-5f3b7c1d2e3f-1',
      },
      body,
    },
  ]);
});

it('gives the same bytes and key for the same request, and others for the next generation', () => {
  const { amount, transactionId, generation, refundId, step, ticketId, userId } = demand;
  const again = { amount, transactionId, generation, refundId, step, ticketId, userId };
  expect([refundBody(again), refundKey(again)]).toEqual([body, `${demand.refundId}-1`]);

  const next = { ...demand, generation: 2 };
  expect(refundBody(next)).not.toBe(body);
  expect(refundKey(next)).toBe(`${demand.refundId}-2`);
  expect(JSON.parse(refundBody({ ...demand, generation: 999 })).receipt).toHaveLength(40);
});

it.each<[string, unknown, string | null]>([
  ['no reference yet', { arn: null }, null],
  ['none at all', [], null],
  ["a card's", { arn: '10000000000000' }, '10000000000000'],
  ["UPI's", { rrn: '012345678901' }, '012345678901'],
  ["UPI's as a number", { rrn: 123456789012 }, '123456789012'],
  ["a transfer's", { utr: 'UTR1' }, 'UTR1'],
])('reads the bank reference: %s', async (_, acquirer_data, bankReference) => {
  const { url } = await startServer(() => ({ status: 200, body: list({ ...entity, acquirer_data }) }));
  expect(await gatewayTo(url).findRefund(demand)).toMatchObject({
    kind: 'found',
    refund: { bankReference },
  });
});

it.each([
  ['an empty body', 200, ''],
  ['no JSON', 200, '<html>'],
  ['half an answer', 200, JSON.stringify(entity).slice(0, 80)],
  ['another entity', 200, JSON.stringify({ ...entity, entity: 'payment' })],
  ['an unknown status', 200, JSON.stringify({ ...entity, status: 'done' })],
  ['another amount', 200, JSON.stringify({ ...entity, amount: 33_301 })],
  ['a broken amount', 200, JSON.stringify({ ...entity, amount: 333.5 })],
  ['another currency', 200, JSON.stringify({ ...entity, currency: 'USD' })],
  ['another payment', 200, JSON.stringify({ ...entity, payment_id: 'pay_other' })],
  [
    "another request's notes",
    200,
    JSON.stringify({ ...entity, notes: { ...entity.notes, generation: '2' } }),
  ],
  ['no notes', 200, JSON.stringify({ ...entity, notes: [] })],
  ['wrong credentials', 401, error('The api key provided is invalid')],
  ['wrong credentials, with 400', 400, error('The api key/secret provided is invalid')],
  ['a wrong path', 400, error('The requested URL was not found on the server.')],
  ['a concurrent request', 409, error('Another request with the same idempotency key is still in progress.')],
  ['another body', 409, error('Different request with the same idempotency key has already been processed.')],
  [
    'another body, with 400',
    400,
    error('Different request with the same idempotency key has already been processed.'),
  ],
  ['the receipt known', 400, error('Duplicate receipt found for this refund request.')],
  ['the payment busy', 400, error('Request failed because another payment operation is in progress.')],
  ['too many requests', 429, error('Request rate exceeded')],
  ['a server error', 500, error('We are facing some trouble completing your request')],
  ['a server error that contains a refusal', 502, error('The amount must be at least INR 1.00')],
  ["a bank's error", 400, JSON.stringify({ error: { code: 'GATEWAY_ERROR', description: 'no' } })],
  ['a 400 without a reason', 400, '{}'],
  ['a redirect', 307, ''],
])('reports an unknown result: %s', async (_, status, answer) => {
  const { url } = await startServer(() => ({ status, body: answer }));
  expect(await gatewayTo(url).createRefund(demand)).toEqual({ kind: 'unknown', detail: expect.any(String) });
});

it.each<[string, RefusalReason, boolean]>([
  ['The amount must be at least INR 1.00', 'BELOW_MINIMUM', false],
  ['Amount cannot be blank.', 'BELOW_MINIMUM', false],
  ['Refund is not supported by the bank because the payment is more than 6 months old', 'TOO_OLD', false],
  ['Payment is more than 6 months old, only instant refund is supported', 'TOO_OLD', false],
  ['The payment has been fully refunded already.', 'ALREADY_REFUNDED', false],
  ['Refund has already been processed.', 'ALREADY_REFUNDED', false],
  ['The refund amount provided is greater than amount captured.', 'EXCEEDS_PAYMENT', false],
  ['The total refund amount is greater than the refund payment amount', 'EXCEEDS_PAYMENT', false],
  [
    'Your account does not have enough balance to carry out the refund operation.',
    'INSUFFICIENT_BALANCE',
    true,
  ],
  ['invalid request sent', 'INSUFFICIENT_BALANCE', true],
  ['The id provided does not exist', 'PAYMENT_UNKNOWN', false],
  ['29QQoUBi66xm2f is not a valid id', 'PAYMENT_UNKNOWN', false],
  ['The payment status should be captured for action to be taken.', 'PAYMENT_NOT_CAPTURED', false],
  ['The refund on this payment is blocked due to ongoing dispute investigation.', 'DISPUTED', false],
  ['Partial refund is currently not supported for this payment method.', 'REFUSED', false],
])('reports a refusal: %s', async (description, reason, retry) => {
  const { url } = await startServer(({ method }) =>
    method === 'POST' ? { status: 400, body: error(description) } : { status: 200, body: list() },
  );
  expect(await gatewayTo(url).createRefund(demand)).toEqual({
    kind: 'refused',
    reason,
    retry,
    detail: description,
  });
  expect(refusalMessage(reason)).toMatch(/\.$/);
});

it('never sends an amount that JSON would round', async () => {
  const { url, received } = await startServer(() => ({ status: 200, body: JSON.stringify(entity) }));
  const amount = 2n ** 53n;
  expect(await gatewayTo(url).createRefund({ ...demand, amount })).toMatchObject({
    kind: 'refused',
    retry: false,
  });
  expect(received).toEqual([]);
});

it.each([
  ['an earlier attempt succeeded', { status: 200, body: list(entity) }, 'accepted'],
  ['the search fails', { status: 500 }, 'unknown'],
  ['the payment is unknown', { status: 400, body: error('The id provided does not exist') }, 'refused'],
])('confirms a refusal by a search: %s', async (_, lookUp, kind) => {
  const { url } = await startServer(({ method }) =>
    method === 'POST' ? { status: 400, body: error('The payment has been fully refunded already.') } : lookUp,
  );
  expect(await gatewayTo(url).createRefund(demand)).toMatchObject({ kind });
});

it.each([
  ['its own, with another amount', 200, list({ ...entity, amount: 1 })],
  ['one that cannot be read', 200, list({ ...entity, notes: {} }, { id: 'rfnd_x' })],
  ['not a list', 200, JSON.stringify(entity)],
  ['a server error', 503, ''],
])('reports an unknown search result: %s', async (_, status, answer) => {
  const { url } = await startServer(() => ({ status, body: answer }));
  expect(await gatewayTo(url).findRefund(demand)).toEqual({ kind: 'unknown', detail: expect.any(String) });
});

it('finds nothing among refunds of other requests', async () => {
  const others = [
    { ...entity, notes: [] },
    { ...entity, notes: { ...entity.notes, ticketId: 'TKT-2' } },
    { ...entity, notes: { ...entity.notes, userId: 'user-ravi' } },
  ];
  const { url } = await startServer(() => ({ status: 200, body: list(...others) }));
  expect(await gatewayTo(url).findRefund(demand)).toEqual({ kind: 'none' });
});

it('finds a refund of the ticket under another refund id: our database may have forgotten it', async () => {
  const before = { ...entity, notes: { ...entity.notes, refundId: 'refund-other' } };
  const { url } = await startServer(() => ({ status: 200, body: list(before) }));
  expect(await gatewayTo(url).findRefund(demand)).toMatchObject({ kind: 'found', refund: { id: entity.id } });
});

it.each([
  ['of another currency, without notes', { currency: 'USD', notes: [] }],
  ['of an unknown status, by another shop', { status: 'reversed', notes: { order: '1' } }],
  ['of a broken amount, with null for notes', { amount: 1.5, notes: null }],
  ['unreadable, of another ticket', { amount: null, notes: { ...entity.notes, ticketId: 'TKT-2' } }],
])('is not stopped by a refund of others on the same payment: %s', async (_, other) => {
  const { url } = await startServer(() => ({ status: 200, body: list({ ...entity, ...other }, entity) }));
  expect(await gatewayTo(url).findRefund(demand)).toMatchObject({ kind: 'found', refund: { id: entity.id } });
});

it('prefers the refund that the row names', async () => {
  const twice = list({ ...entity, id: 'rfnd_2' }, entity);
  const { url } = await startServer(() => ({ status: 200, body: twice }));
  expect(await gatewayTo(url).findRefund({ ...demand, gatewayRefundId: entity.id })).toMatchObject({
    kind: 'found',
    refund: { id: entity.id },
    others: ['rfnd_2'],
  });
});

it('lists every refund with our notes since a time', async () => {
  const foreign = { ...entity, notes: [], currency: 'USD' };
  const broken = { ...entity, id: 'rfnd_broken', amount: null };
  const { url, received } = await startServer(() => ({ status: 200, body: list(foreign, entity, broken) }));
  expect(await gatewayTo(url).listRefunds(new Date('2020-08-10T17:00:00.900Z'))).toEqual({
    kind: 'listed',
    refunds: [
      {
        userId: 'user-asha',
        ticketId: 'TKT-1',
        refundId: demand.refundId,
        generation: 1,
        step: 1,
        transactionId: 'pay_29QQoUBi66xm2f',
        refund,
      },
    ],
    unreadable: ['TKT-1'],
  });
  expect(received.map((one) => one.url)).toEqual(['/v1/refunds?from=1597078800&count=100&skip=0']);
});

it.each<[string, string[], object]>([
  ['an earlier one that failed', ['failed'], { kind: 'none' }],
  ['an earlier one that did not', ['processed'], { kind: 'found', generation: 1, others: [] }],
  ['an earlier one under way', ['pending'], { kind: 'found', generation: 1, others: [] }],
  ['both failed', ['failed', 'failed'], { kind: 'found', generation: 2, others: [] }],
  ['its own failed', ['processed', 'failed'], { kind: 'found', generation: 1, others: [] }],
  ['none failed', ['processed', 'pending'], { kind: 'found', generation: 2, others: ['rfnd_1'] }],
])('considers the refunds of every generation: %s', async (_, statuses, found) => {
  const items = statuses.map((status, earlier) => {
    const generation = String(earlier + 1);
    return { ...entity, id: `rfnd_${generation}`, status, notes: { ...entity.notes, generation } };
  });
  const { url } = await startServer(() => ({ status: 200, body: list(...items) }));
  expect(await gatewayTo(url).findRefund({ ...demand, generation: 2 })).toMatchObject(found);
});

it('limits the pages of a search', async () => {
  const full = list(...Array.from({ length: 100 }, () => ({ ...entity, notes: [] })));
  const { url } = await startServer(() => ({ status: 200, body: full }));
  expect(await gatewayTo(url).findRefund(demand)).toMatchObject({ kind: 'unknown' });
});

it('applies its time-out to the body of an answer', async () => {
  const { url } = await startServer(() => ({ status: 200, body: '{"id":', unfinished: true }));
  expect(await gatewayTo(url, { timeoutMs: 200 }).createRefund(demand)).toMatchObject({ kind: 'unknown' });
});

it.each(['http://127.0.0.1:1', 'no address'])('does not throw when %s is unreachable', async (url) => {
  expect(await gatewayTo(url).createRefund(demand)).toMatchObject({ kind: 'unknown' });
  expect(await gatewayTo(url).findRefund({ ...demand, transactionId: '\ud800' })).toMatchObject({
    kind: 'unknown',
  });
});
