import { join } from 'node:path';
import { startSandbox } from '../../src/dev/sandbox/start-sandbox.ts';
import { createRazorpayGateway } from '../../src/refunds/gateway/razorpay.gateway.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { WEBHOOK_SECRET } from './test-api.ts';

const KEYS = { keyId: 'rzp_test', keySecret: 'the-secret-key-of-the-tests' };

export interface Ledger {
  refunds: { id: string; key: string; status: string; amount: number; notes: Record<string, string> }[];
}

/** The sandbox provider over real HTTP, with the client that the worker uses. */
export async function startTestGateway({ origin, delayMs = 0 }: { origin?: string; delayMs?: number } = {}) {
  const folder = await temporaryFolder('usher-sandbox-');
  const sandbox = await startSandbox({
    ...KEYS,
    port: 0,
    file: join(folder, 'books.jsonl'),
    webhookUrl: origin ? `${origin}/webhooks/razorpay` : null,
    webhookSecret: WEBHOOK_SECRET,
    delayMs,
  });
  const gateway = createRazorpayGateway({ ...KEYS, baseUrl: sandbox.url, timeoutMs: 500 });
  return {
    gateway,
    ledger: async (): Promise<Ledger> => (await fetch(`${sandbox.url}/sandbox/ledger`)).json(),
    setFaults: async (faults: object) => {
      const response = await fetch(`${sandbox.url}/sandbox/faults`, {
        method: 'POST',
        body: JSON.stringify(faults),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    /** The address and keys, as settings of a command. */
    settings: {
      RAZORPAY_URL: sandbox.url,
      RAZORPAY_KEY_ID: KEYS.keyId,
      RAZORPAY_KEY_SECRET: KEYS.keySecret,
    },
    /** Refunds a payment without our notes, as a person does in the dashboard. */
    refundByHand: async (paymentId: string, amount: number): Promise<{ id: string }> => {
      const response = await fetch(`${sandbox.url}/v1/payments/${paymentId}/refund`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${KEYS.keyId}:${KEYS.keySecret}`)}` },
        body: JSON.stringify({ amount, notes: { comment: 'by hand' } }),
      });
      if (!response.ok) throw new Error(await response.text());
      return (await response.json()) as { id: string };
    },
    close: sandbox.close,
  };
}
