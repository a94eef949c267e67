import { createHash, createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import { readRazorpayWebhook, type WebhookDelivery } from '../../../src/refunds/gateway/razorpay-webhook.ts';

const secret = 'webhook secret';
const sign = (body: string | Buffer, key = secret) => createHmac('sha256', key).update(body).digest('hex');

const entity = {
  id: 'rfnd_FS8TWyPrCsa0OB',
  entity: 'refund',
  amount: 33_300,
  currency: 'INR',
  payment_id: 'pay_FPoJKWQQ8lK13n',
  notes: { userId: 'user-asha', ticketId: 'TKT-1', refundId: 'refund-1', generation: '2' },
  receipt: '1-2',
  acquirer_data: { arn: '10000000000000' },
  created_at: 1_597_734_071,
  status: 'processed',
};
const event = (changes: object = {}, refund: object = {}) =>
  JSON.stringify({
    entity: 'event',
    account_id: 'acc_E7OQJcEANmBHTC',
    event: 'refund.processed',
    contains: ['refund'],
    payload: { refund: { entity: { ...entity, ...refund } } },
    created_at: 1_597_734_074,
    ...changes,
  });

function read(body: string, changes: Partial<WebhookDelivery> = {}) {
  const rawBody = Buffer.from(body);
  return readRazorpayWebhook({ rawBody, signature: sign(rawBody), eventId: 'evt_1', secret, ...changes });
}

it('reads a signed event', () => {
  expect(read(event())).toEqual({
    kind: 'event',
    event: {
      id: 'evt_1',
      type: 'refund.processed',
      happenedAt: new Date('2020-08-18T07:01:14Z'),
      userId: 'user-asha',
      ticketId: 'TKT-1',
      refundId: 'refund-1',
      generation: 2,
      step: 1,
      transactionId: 'pay_FPoJKWQQ8lK13n',
      refund: {
        id: 'rfnd_FS8TWyPrCsa0OB',
        status: 'processed',
        amount: 33_300n,
        bankReference: '10000000000000',
        createdAt: new Date('2020-08-18T07:01:11Z'),
      },
    },
  });
});

it.each<[string, Partial<WebhookDelivery>]>([
  ['no signature', { signature: undefined }],
  ['an empty one', { signature: '' }],
  ['one that is too short', { signature: sign(event()).slice(2) }],
  ['one that is too long', { signature: `${sign(event())}00` }],
  ['one of another length in bytes', { signature: 'é'.repeat(64) }],
  ['the right one in capitals', { signature: sign(event()).toUpperCase() }],
  ['one with another secret', { signature: sign(event(), 'key secret') }],
  ['one of another body', { signature: sign(event({ created_at: 1 })) }],
  [
    'one changed byte in the body',
    { rawBody: Buffer.from(event().replace('33300', '33301')), signature: sign(event()) },
  ],
  ['the same JSON in other bytes', { rawBody: Buffer.from(`${event()} `), signature: sign(event()) }],
])('rejects %s', (_, changes) => {
  expect(read(event(), changes)).toEqual({ kind: 'forged' });
});

it.each([
  ['another event', event({ event: 'payment.captured', payload: {} })],
  ["another merchant's refund", event({}, { notes: [] })],
  ["a refund made in Razorpay's dashboard", event({}, { notes: { comment: 'by hand' } })],
  ['no JSON', 'refund.processed'],
  ['null', 'null'],
  ['no event', '{}'],
  ['no refund', event({ payload: {} })],
  ['no notes', event({}, { notes: undefined })],
  ['another currency', event({}, { notes: [], currency: 'USD' })],
  ['an unknown status', event({ event: 'refund.reversed' }, { notes: {}, status: 'reversed' })],
  ['a number as a reference', event({}, { notes: null, acquirer_data: { rrn: 12 } })],
])('ignores what is not ours: %s', (_, body) => {
  expect(read(body)).toMatchObject({ kind: 'not-ours' });
});

it.each([
  ['no time', event({ created_at: null })],
  ['no amount', event({}, { amount: null })],
  ['another currency', event({}, { currency: 'USD' })],
  ['an unknown status', event({}, { status: 'reversed' })],
  ['a broken generation', event({}, { notes: { ...entity.notes, generation: 'two' } })],
])('cannot read what is ours: %s', (_, body) => {
  const notes = { userId: 'user-asha', ticketId: 'TKT-1', refundId: 'refund-1' };
  expect(read(body)).toMatchObject({ kind: 'unreadable', id: 'evt_1', notes });
});

it.each([undefined, '', 'x'.repeat(129), 'evt\n'])('names an event with the id %j by its body', (eventId) => {
  const digest = createHash('sha256').update(event()).digest('hex');
  expect(read(event(), { eventId })).toMatchObject({ kind: 'event', event: { id: `body-${digest}` } });
});

it.each([
  [1e300, '9999-12-31T23:59:59.000Z'],
  [-1, '1970-01-01T00:00:00.000Z'],
  [1_597_734_074.5, '2020-08-18T07:01:14.500Z'],
])('reads the time %d as one that the database can store', (created_at, time) => {
  expect(read(event({ created_at }))).toMatchObject({ event: { happenedAt: new Date(time) } });
});

it('verifies the bytes, not the decoded text', () => {
  const rawBody = Buffer.concat([Buffer.from(event()), Buffer.from([0xff])]);
  const same = Buffer.from(rawBody.toString('utf8'));
  expect(readRazorpayWebhook({ rawBody, signature: sign(same), eventId: 'evt_1', secret })).toEqual({
    kind: 'forged',
  });
});

it.each(['userId', 'ticketId', 'refundId'])(
  'ignores a refund whose %s the database cannot compare',
  (name) => {
    for (const value of ['TKT-\u0000', 'x\n', 'x'.repeat(129)])
      expect(read(event({}, { notes: { ...entity.notes, [name]: value } }))).toMatchObject({
        kind: 'not-ours',
      });
  },
);

it('rejects a refund id with a NUL, and removes it from a reference', () => {
  expect(read(event({}, { id: 'rfnd_\u0000' }))).toMatchObject({ kind: 'unreadable' });
  const bankReference = '1000 2';
  const acquirer_data = { arn: '1000\u0000\u202e2' };
  expect(read(event({}, { acquirer_data }))).toMatchObject({ event: { refund: { bankReference } } });
});

it('takes the secret before a change too, while it is given', () => {
  const body = event();
  const signature = sign(body, 'the secret before');
  expect(read(body, { signature }).kind).toBe('forged');
  expect(read(body, { signature, secretBefore: 'the secret before' }).kind).toBe('event');
  expect(read(body, { signature, secretBefore: 'another' }).kind).toBe('forged');
  expect(read(body, { secretBefore: 'the secret before' }).kind).toBe('event');
});
