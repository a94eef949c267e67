import { expect, it } from 'vitest';
import type { SandboxConfig } from '../../../src/dev/sandbox/config.ts';
import type { GatewayEvent } from '../../../src/refunds/gateway/gateway.ts';
import { readRazorpayWebhook } from '../../../src/refunds/gateway/razorpay-webhook.ts';
import { aDemand, type Received, startServer, startTestSandbox } from './test-sandbox.ts';

/** A receiver of webhooks that answers with the given statuses in turn, then 200, and a sandbox that knows it. */
async function startBoth(statuses: number[] = [], settings: Partial<SandboxConfig> = {}) {
  const { url, received } = await startServer(() => ({ status: statuses.shift() ?? 200 }));
  const sandbox = await startTestSandbox({
    webhookUrl: `${url}/webhooks/razorpay`,
    delayMs: 100,
    ...settings,
  });
  const readings = () => received.map(read);
  return {
    ...sandbox,
    received,
    readings,
    /** The genuine ones, as id and type. */
    told: () => readings().flatMap((reading) => (reading.kind === 'event' ? [reading.event] : [])),
    allDelivered: async () => {
      const { webhooks, refunds } = await sandbox.ledger();
      return (
        refunds.every(({ status }) => status !== 'pending') && webhooks.every(({ delivered }) => delivered)
      );
    },
  };
}

function read({ headers, body }: Received) {
  return readRazorpayWebhook({
    rawBody: Buffer.from(body),
    signature: headers['x-razorpay-signature']?.toString(),
    eventId: headers['x-razorpay-event-id']?.toString(),
    secret: 'webhook secret',
  });
}

const types = (events: GatewayEvent[]) => events.map(({ type }) => type);

it('tells of a refund that is created, then processed, with signatures and our ids', async () => {
  const { gateway, told, readings, allDelivered } = await startBoth();
  const demand = aDemand();
  await gateway.createRefund(demand);
  await expect.poll(allDelivered).toBe(true);

  const { userId, ticketId, refundId, generation, amount } = demand;
  const ours = { userId, ticketId, refundId, generation };
  expect(readings().every(({ kind }) => kind === 'event')).toBe(true);
  expect(told()).toMatchObject([
    { type: 'refund.created', ...ours, refund: { status: 'pending', amount } },
    {
      type: 'refund.processed',
      ...ours,
      refund: { status: 'processed', amount, bankReference: expect.any(String) },
    },
  ]);
});

it('tells again until it is answered with 2xx, always with the same id and bytes', async () => {
  const { gateway, received, allDelivered } = await startBoth([500, 404]);
  await gateway.createRefund(aDemand());
  await expect.poll(allDelivered).toBe(true);
  expect(received).toHaveLength(4);
  const seen = received.map(({ headers, body }) => `${headers['x-razorpay-event-id']} ${body}`);
  expect(new Set(seen).size).toBe(2);
});

it('keeps what was not taken over a restart', async () => {
  const down = Array<number>(1_000).fill(503);
  const { gateway, told, ledger, restart, allDelivered } = await startBoth(down);
  await gateway.createRefund(aDemand());
  await expect.poll(async () => (await ledger()).webhooks.length).toBe(2);
  await restart();
  down.length = 0;
  await expect.poll(allDelivered).toBe(true);
  expect(new Set(types(told()))).toEqual(new Set(['refund.created', 'refund.processed']));
});

it.each([
  ['duplicate', ['none', 'duplicate'], ['refund.created', 'refund.processed', 'refund.processed']],
  ['dropped', ['dropped'], ['refund.processed']],
  ['reordered', ['reordered'], ['refund.processed', 'refund.created']],
  ['delayed', ['delayed'], ['refund.processed', 'refund.created']],
])('can be made to send webhooks %s', async (_, script, expected) => {
  const { gateway, faults, told, allDelivered } = await startBoth();
  await faults({ webhook: { script } });
  await gateway.createRefund(aDemand());
  await expect.poll(allDelivered).toBe(true);
  expect(types(told())).toEqual(expected);
});

it('can be made to send a forged webhook, which says failed, before the true one', async () => {
  const { gateway, faults, received, readings, allDelivered } = await startBoth();
  await faults({ webhook: { script: ['none', 'forged'] } });
  await gateway.createRefund(aDemand());
  await expect.poll(allDelivered).toBe(true);
  expect(readings().map(({ kind }) => kind)).toEqual(['event', 'forged', 'event']);
  expect(JSON.parse(received[1]?.body ?? '')).toMatchObject({
    event: 'refund.failed',
    payload: { refund: { entity: { status: 'failed' } } },
  });
});

it('can be made to send a webhook before it answers', async () => {
  const { gateway, faults, received } = await startBoth([], { delayMs: 60_000 });
  await faults({ webhook: { script: ['early'] } });
  expect(await gateway.createRefund(aDemand())).toMatchObject({ kind: 'accepted' });
  expect(received).toHaveLength(1);
});

it('tells of a refund that the bank sends back', async () => {
  const { gateway, faults, told } = await startBoth();
  await faults({ fate: { script: ['bank-returns'] } });
  await gateway.createRefund(aDemand());
  await expect.poll(() => types(told())).toEqual(['refund.created', 'refund.processed', 'refund.failed']);
  expect(told().map(({ refund }) => refund.status)).toEqual(['pending', 'processed', 'failed']);
});

it('tells nobody of a bank reference that comes late', async () => {
  const { gateway, faults, told } = await startBoth();
  const demand = aDemand();
  await faults({ fate: { script: ['late-reference'] } });
  await gateway.createRefund(demand);
  await expect
    .poll(() => gateway.findRefund(demand))
    .toMatchObject({ refund: { status: 'processed', bankReference: expect.any(String) } });
  expect(told().map(({ refund }) => refund.bankReference)).toEqual([null, null]);
});
