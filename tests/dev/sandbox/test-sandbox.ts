import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { SandboxConfig } from '../../../src/dev/sandbox/config.ts';
import type { Refund } from '../../../src/dev/sandbox/refund.ts';
import { startSandbox } from '../../../src/dev/sandbox/start-sandbox.ts';
import type { RefundRequest } from '../../../src/refunds/gateway/gateway.ts';
import {
  createRazorpayGateway,
  type RazorpayOptions,
} from '../../../src/refunds/gateway/razorpay.gateway.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** The sandbox in this process, with a client of it; gone after the test. */
export async function startTestSandbox(settings: Partial<SandboxConfig> = {}) {
  const config = { ...(await sandboxConfig()), ...settings };
  let sandbox = await startSandbox(config);
  onTestFinished(() => sandbox.close());
  return {
    config,
    url: () => sandbox.url,
    gateway: gatewayTo(sandbox.url),
    ledger: () => readLedger(sandbox.url),
    faults: (faults: unknown) => setFaults(sandbox.url, faults),
    async restart() {
      await sandbox.close();
      const { port } = new URL(sandbox.url);
      sandbox = await startSandbox({ ...config, port: Number(port) });
    },
  };
}

export async function sandboxConfig(): Promise<SandboxConfig> {
  const folder = await temporaryFolder('usher-sandbox-');
  return {
    port: 0,
    file: join(folder, 'ledger.jsonl'),
    keyId: 'rzp_test_key',
    keySecret: 'key secret',
    webhookUrl: null,
    webhookSecret: 'webhook secret',
    delayMs: 10,
  };
}

export function gatewayTo(baseUrl: string, options: Partial<RazorpayOptions> = {}) {
  const usual = { baseUrl, keyId: 'rzp_test_key', keySecret: 'key secret', timeoutMs: 10_000 };
  return createRazorpayGateway({ ...usual, ...options });
}

export interface LedgerReport {
  refunds: (Refund & { key: string })[];
  byKey: Record<string, { status: number; told: string }>;
  byPayment: Record<string, Refund[]>;
  webhooks: { id: string; type: string; refundId: string; delivered: boolean }[];
}

export async function readLedger(url: string): Promise<LedgerReport> {
  return (await fetch(new URL('/sandbox/ledger', url))).json() as Promise<LedgerReport>;
}

export async function setFaults(url: string, faults: unknown): Promise<number> {
  const body = JSON.stringify(faults);
  return (await fetch(new URL('/sandbox/faults', url), { method: 'POST', body })).status;
}

let demands = 0;

/** A demand like no other, except for what is given. */
export function aDemand(changes: Partial<RefundRequest> = {}): RefundRequest {
  const number = ++demands;
  return {
    userId: 'user-asha',
    ticketId: `TKT-${number}`,
    step: 1,
    refundId: `refund-0b6f9a52-${number}`,
    generation: 1,
    transactionId: `pay_${number}`,
    amount: 33_300n,
    ...changes,
  };
}

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Any server: keeps what it gets, and answers what the test says. */
export async function startServer(
  answer: (request: Received) => { status: number; body?: string; unfinished?: boolean },
) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const got = { method, url, headers, body: await text(request) };
    received.push(got);
    const { status, body = '', unfinished = false } = answer(got);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.write(body);
    if (!unfinished) response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}
