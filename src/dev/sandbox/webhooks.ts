import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxConfig } from './config.ts';
import type { Ledger, Webhook } from './ledger.ts';

/** Razorpay requires an answer within five seconds. */
const TIMEOUT_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

export type SendWebhook = (webhook: Webhook) => Promise<void>;

/** Sends webhooks, and retries each until it gets a 2xx or `closing` is aborted. */
export function createWebhookSender(
  { webhookUrl, webhookSecret }: SandboxConfig,
  ledger: Ledger,
  closing: AbortSignal,
): SendWebhook {
  const sign = (body: string) => createHmac('sha256', webhookSecret).update(body).digest('hex');

  async function post(id: string, body: string, signature: string): Promise<boolean> {
    if (!webhookUrl) return true;
    try {
      const { ok } = await fetch(webhookUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-razorpay-event-id': id,
          'x-razorpay-signature': signature,
        },
        body,
        signal: AbortSignal.any([closing, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      return ok;
    } catch {
      return false;
    }
  }

  async function deliver({ id, body, sendAt, copies, forged }: Webhook): Promise<void> {
    await sleep(Math.max(0, sendAt - Date.now()), undefined, { signal: closing });
    if (forged) await post(`${id}x`, saidFailed(body), randomBytes(32).toString('hex'));
    for (let pause = FIRST_PAUSE_MS; !(await post(id, body, sign(body))); pause *= 2)
      await sleep(Math.min(pause, LONGEST_PAUSE_MS), undefined, { signal: closing });
    for (let copy = 1; copy < copies; copy++) await post(id, body, sign(body));
    if (!closing.aborted) ledger.add({ type: 'delivered', webhookId: id });
  }

  return async (webhook) => {
    try {
      await deliver(webhook);
    } catch (error) {
      // The webhook is on the disk, so the next start sends it.
      if (!closing.aborted) throw error;
    }
  };
}

/** The most harmful forgery: a refund that failed. */
function saidFailed(body: string): string {
  return body.replace(/refund\.\w+/, 'refund.failed').replace(/"status":"\w+"/, '"status":"failed"');
}
