import { setMaxListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDemandEndpoint } from './answer-demand.ts';
import type { SandboxConfig } from './config.ts';
import { createFaults } from './faults.ts';
import { openLedger } from './ledger.ts';
import { createRefundLife } from './refund-life.ts';
import { createRequestHandler } from './request-handler.ts';
import { createWebhookSender } from './webhooks.ts';

export interface Sandbox {
  /** http://127.0.0.1:PORT */
  url: string;
  close(): Promise<void>;
}

/** Starts a simulated payment provider on loopback: Razorpay's refund API with its webhooks. No money moves. */
export async function startSandbox(config: SandboxConfig): Promise<Sandbox> {
  const closing = new AbortController();
  // Each pending refund and webhook adds a listener.
  setMaxListeners(0, closing.signal);
  const ledger = openLedger(config.file);
  const faults = createFaults();
  const send = createWebhookSender(config, ledger, closing.signal);
  const life = createRefundLife(config, ledger, faults, send, closing.signal);
  const answerDemand = createDemandEndpoint(ledger, faults, life);
  const server = createServer(createRequestHandler(config, ledger, faults, answerDemand));

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, '127.0.0.1', resolve);
  });
  life.resume();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      closing.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      ledger.close();
    },
  };
}
