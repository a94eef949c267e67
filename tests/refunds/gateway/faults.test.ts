import { expect, it } from 'vitest';
import { MANGLINGS, type Mangling } from '../../../src/dev/sandbox/faults.ts';
import type { Gateway } from '../../../src/refunds/gateway/gateway.ts';
import { aDemand, gatewayTo, startTestSandbox } from '../../dev/sandbox/test-sandbox.ts';

/** With a short time-out where no answer will come. */
const clientFor = (fault: Mangling, url: string, gateway: Gateway) =>
  fault === 'timeout' ? gatewayTo(url, { timeoutMs: 200 }) : gateway;

it.each(MANGLINGS)(
  '%s before the refund: unknown, none found, then made once with the same key',
  async (fault) => {
    const { url, gateway, faults, ledger } = await startTestSandbox();
    const demand = aDemand();
    await faults({ demand: { script: [`before:${fault}`] } });

    expect(await clientFor(fault, url(), gateway).createRefund(demand)).toMatchObject({ kind: 'unknown' });
    expect(await gateway.findRefund(demand)).toEqual({ kind: 'none' });
    expect(await gateway.createRefund(demand)).toMatchObject({ kind: 'accepted' });
    expect((await ledger()).refunds).toHaveLength(1);
  },
);

it.each(MANGLINGS)('%s after the refund: unknown, found, and the same with the same key', async (fault) => {
  const { url, gateway, faults, ledger } = await startTestSandbox();
  const demand = aDemand();
  await faults({ demand: { script: [`after:${fault}`] } });

  expect(await clientFor(fault, url(), gateway).createRefund(demand)).toMatchObject({ kind: 'unknown' });
  const [made] = (await ledger()).refunds;
  expect(await gateway.findRefund(demand)).toMatchObject({ kind: 'found', refund: { id: made?.id } });
  expect(await gateway.createRefund(demand)).toMatchObject({ kind: 'accepted', refund: { id: made?.id } });
  expect((await ledger()).refunds).toHaveLength(1);
});

it.each(MANGLINGS)('%s during a search: unknown', async (fault) => {
  const { url, gateway, faults } = await startTestSandbox();
  const demand = aDemand();
  await gateway.createRefund(demand);
  await faults({ lookUp: { script: [fault] } });

  expect(await clientFor(fault, url(), gateway).findRefund(demand)).toMatchObject({ kind: 'unknown' });
  expect(await gateway.findRefund(demand)).toMatchObject({ kind: 'found' });
});

it.each([
  ['refuse:balance', 'INSUFFICIENT_BALANCE', true],
  ['refuse:too-old', 'TOO_OLD', false],
  ['refuse:disputed', 'DISPUTED', false],
  ['refuse:not-captured', 'PAYMENT_NOT_CAPTURED', false],
])('%s: refused for this key, accepted with the next', async (fault, reason, retry) => {
  const { gateway, faults, ledger } = await startTestSandbox();
  const demand = aDemand();
  await faults({ demand: { script: [fault] } });

  expect(await gateway.createRefund(demand)).toMatchObject({ kind: 'refused', reason, retry });
  expect(await gateway.createRefund(demand)).toMatchObject({ kind: 'refused', reason });
  expect((await ledger()).refunds).toEqual([]);
  expect(await gateway.createRefund({ ...demand, generation: 2 })).toMatchObject({ kind: 'accepted' });
});

it.each([
  [{ amount: 99n }, 'BELOW_MINIMUM'],
  [{ amount: 0n }, 'BELOW_MINIMUM'],
  [{ amount: 100_000_001n }, 'EXCEEDS_PAYMENT'],
  [{ transactionId: 'order_1' }, 'PAYMENT_UNKNOWN'],
])('is refused %o', async (changes, reason) => {
  const { gateway } = await startTestSandbox();
  expect(await gateway.createRefund(aDemand(changes))).toMatchObject({ kind: 'refused', reason });
});

it('cannot refund more than was paid', async () => {
  const { gateway } = await startTestSandbox();
  const refund = (amount: bigint) => gateway.createRefund(aDemand({ transactionId: 'pay_one', amount }));
  expect(await refund(60_000_000n)).toMatchObject({ kind: 'accepted' });
  expect(await refund(60_000_000n)).toMatchObject({ kind: 'refused', reason: 'EXCEEDS_PAYMENT' });
  expect(await refund(40_000_000n)).toMatchObject({ kind: 'accepted' });
  expect(await refund(100n)).toMatchObject({ kind: 'refused', reason: 'ALREADY_REFUNDED' });
});

it('makes one refund for fifty concurrent requests with one key', async () => {
  const { gateway, faults, ledger } = await startTestSandbox();
  const demand = aDemand();
  await faults({ demand: { script: ['slow'] } });

  const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.createRefund(demand)));
  const [made, ...more] = (await ledger()).refunds;
  expect(more).toEqual([]);
  expect(answers).toContainEqual(expect.objectContaining({ kind: 'accepted' }));
  for (const answer of answers)
    if (answer.kind !== 'unknown')
      expect(answer).toMatchObject({ kind: 'accepted', refund: { id: made?.id } });
});

it('finds a refund on a later page', async () => {
  const { gateway } = await startTestSandbox({ delayMs: 60_000 });
  const transactionId = 'pay_many';
  const sought = aDemand({ transactionId, amount: 100n });
  const others = Array.from({ length: 210 }, () => aDemand({ transactionId, amount: 100n }));
  await gateway.createRefund(sought);
  for (const other of others) await gateway.createRefund(other);

  expect(await gateway.findRefund(sought)).toMatchObject({ kind: 'found' });
  expect(await gateway.findRefund(aDemand({ transactionId }))).toEqual({ kind: 'none' });
});

it('reports an unknown result for wrong credentials', async () => {
  const { url, ledger } = await startTestSandbox();
  const gateway = gatewayTo(url(), { keySecret: 'another secret' });
  expect(await gateway.createRefund(aDemand())).toMatchObject({ kind: 'unknown' });
  expect(await gateway.findRefund(aDemand())).toMatchObject({ kind: 'unknown' });
  expect((await ledger()).refunds).toEqual([]);
});
