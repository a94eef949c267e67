import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { readSandboxConfig } from '../../../src/dev/sandbox/config.ts';
import { startSandbox } from '../../../src/dev/sandbox/start-sandbox.ts';
import { refundBody, refundKey } from '../../../src/refunds/gateway/razorpay-refund.ts';
import { FOR_REAL_PROCESSES } from '../../support/limits.ts';
import { aDemand, gatewayTo, readLedger, sandboxConfig, startTestSandbox } from './test-sandbox.ts';

const authorization = `Basic ${btoa('rzp_test_key:key secret')}`;

function post(url: string, key: string, body: string, payment = 'pay_1') {
  return fetch(new URL(`/v1/payments/${payment}/refund`, url), {
    method: 'POST',
    headers: { authorization, 'x-refund-idempotency': key },
    body,
  });
}

it('gives the same key and body the same answer, byte for byte, whatever happened meanwhile', async () => {
  const { url, ledger } = await startTestSandbox();
  const body = refundBody(aDemand());
  const first = await (await post(url(), 'a-key-of-mine', body)).text();
  await expect.poll(async () => (await ledger()).refunds).toMatchObject([{ status: 'processed' }]);

  expect(await (await post(url(), 'a-key-of-mine', body)).text()).toBe(first);
  expect((await ledger()).refunds).toHaveLength(1);
});

it.each([
  ['another body', 409, 'a-key-of-mine', '{"amount":200}', 'pay_1'],
  ['another payment', 409, 'a-key-of-mine', '{"amount":100}', 'pay_2'],
  ['a short key', 400, 'short', '{"amount":100}', 'pay_1'],
  ['a key with other characters', 400, 'a key of mine', '{"amount":100}', 'pay_1'],
  ['an unknown field', 400, 'another-key', '{"amount":100,"currency":"INR"}', 'pay_1'],
  ['no JSON', 400, 'another-key', '{', 'pay_1'],
  ['a known receipt under a new key', 400, 'another-key', '{"amount":100,"receipt":"r"}', 'pay_r'],
])('refuses %s with %i', async (_, status, key, body, payment) => {
  const { url, ledger } = await startTestSandbox();
  await post(url(), 'a-key-of-mine', '{"amount":100}');
  await post(url(), 'receipt-key', '{"amount":100,"receipt":"r"}', 'pay_r');

  const answer = await post(url(), key, body, payment);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ error: { code: 'BAD_REQUEST_ERROR' } });
  expect((await ledger()).refunds).toHaveLength(2);
});

it('answers 409 while the first demand of a key is under way', async () => {
  const { url, faults } = await startTestSandbox();
  await expect
    .poll(async () => {
      await faults({ demand: { script: ['slow'] } });
      const key = crypto.randomUUID();
      const answers = await Promise.all([1, 2].map(() => post(url(), key, '{"amount":100}')));
      return answers.map(({ status }) => status).sort();
    })
    .toEqual([200, 409]);
});

it('pages refunds, the newest first', async () => {
  const { url } = await startTestSandbox();
  for (const amount of [100, 200, 300]) await post(url(), `key-for-${amount}`, `{"amount":${amount}}`);
  const page = await fetch(new URL('/v1/payments/pay_1/refunds?count=2&skip=1', url()), {
    headers: { authorization },
  });
  expect(await page.json()).toMatchObject({
    entity: 'collection',
    count: 2,
    items: [{ amount: 200 }, { amount: 100 }],
  });
});

it.each([
  ['fails', ['pending', 'failed']],
  ['at-once', ['processed', 'processed']],
  ['bank-returns', ['pending', 'failed']],
  ['late-reference', ['pending', 'processed']],
])('the fate of a refund can be %s', async (fate, [first, last]) => {
  const { gateway, faults, ledger } = await startTestSandbox();
  await faults({ fate: { script: [fate] } });
  const demand = aDemand();

  expect(await gateway.createRefund(demand)).toMatchObject({ refund: { status: first } });
  await expect.poll(async () => (await ledger()).refunds).toMatchObject([{ status: last }]);
  if (fate !== 'fails')
    await expect
      .poll(() => gateway.findRefund(demand))
      .toMatchObject({ refund: { bankReference: expect.stringMatching(/^\d{14}$/) } });
});

it('draws the same faults from the same seed', async () => {
  const { url, faults, ledger } = await startTestSandbox();
  const run = async (seed: number) => {
    await faults({ seed, demand: { odds: { 'before:500': 0.5, 'after:500': 0.25 } } });
    const made = (await ledger()).refunds.length;
    for (let count = 0; count < 20; count++) await post(url(), crypto.randomUUID(), '{"amount":100}');
    return (await ledger()).refunds.slice(made).length;
  };
  const [first, again] = [await run(7), await run(7)];
  expect(again).toBe(first);
  expect(first).toBeLessThan(20);
});

it('takes no fault that it does not know', async () => {
  const { faults } = await startTestSandbox();
  expect(await faults({ demand: { script: ['explode'] } })).toBe(400);
  expect(await faults({})).toBe(200);
});

it('keeps refunds, refusals and keys over a restart, and goes on with what was pending', async () => {
  const { gateway, faults, ledger, restart } = await startTestSandbox({ delayMs: 200 });
  const [demand, refused] = [aDemand(), aDemand()];
  await faults({ demand: { script: ['none', 'refuse:balance'] } });
  const before = await gateway.createRefund(demand);
  await gateway.createRefund(refused);

  await restart();
  // The first time it may find its kept connection closed.
  await expect.poll(() => gateway.createRefund(demand)).toEqual(before);
  expect(await gateway.createRefund(refused)).toMatchObject({ kind: 'refused' });
  await expect.poll(async () => (await ledger()).refunds).toMatchObject([{ status: 'processed' }]);
});

it(
  'as a process: survives kill -9 with a torn last line',
  async () => {
    const config = await sandboxConfig();
    const demand = aDemand();
    const first = await startProcess(config.file);
    const before = await gatewayTo(first.url).createRefund(demand);
    expect(before).toMatchObject({ kind: 'accepted' });
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    await appendFile(config.file, '{"type":"answered","answer":{"key":"torn');

    const second = await startProcess(config.file);
    expect(await gatewayTo(second.url).createRefund(demand)).toEqual(before);
    expect(await gatewayTo(second.url).createRefund(aDemand())).toMatchObject({ kind: 'accepted' });
    expect((await readLedger(second.url)).byKey[refundKey(demand)]?.status).toBe(200);
    second.process.kill('SIGTERM');
    await once(second.process, 'exit');

    const lines = (await readFile(config.file, 'utf8')).trimEnd().split('\n');
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  },
  FOR_REAL_PROCESSES.testTimeout,
);

it('says which setting is missing, and which port is taken', async () => {
  expect(() => readSandboxConfig({ SANDBOX_PORT: '', SANDBOX_FILE: 'x' })).toThrow(/SANDBOX_KEY_ID/);
  const { url, config } = await startTestSandbox();
  const taken = startSandbox({ ...config, file: `${config.file}2`, port: Number(new URL(url()).port) });
  await expect(taken).rejects.toThrow(/EADDRINUSE/);
});

async function startProcess(file: string) {
  const process = spawn('node', ['--import', 'tsx', 'src/dev/sandbox/main.ts'], {
    env: {
      PATH: globalThis.process.env.PATH,
      SANDBOX_FILE: file,
      SANDBOX_KEY_ID: 'rzp_test_key',
      SANDBOX_KEY_SECRET: 'key secret',
      SANDBOX_WEBHOOK_SECRET: 'webhook secret',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void process.kill('SIGKILL'));
  for await (const line of createInterface({ input: process.stdout })) {
    const url = /^sandbox listens on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    if (url) return { process, url };
  }
  throw new Error('the sandbox did not start');
}
