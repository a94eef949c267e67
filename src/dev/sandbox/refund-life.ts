import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxConfig } from './config.ts';
import type { Fault, Faults } from './faults.ts';
import type { Ledger, Step, Webhook } from './ledger.ts';
import { acquirerData, paymentEntity } from './payment.ts';
import type { Refund } from './refund.ts';
import type { SendWebhook } from './webhooks.ts';

export type RefundLife = ReturnType<typeof createRefundLife>;

/** Takes the steps of refunds when they are due: writes each to the ledger, and sends its webhook. */
export function createRefundLife(
  { webhookUrl, delayMs }: SandboxConfig,
  ledger: Ledger,
  faults: Faults,
  send: SendWebhook,
  closing: AbortSignal,
) {
  /** @returns the delivery of the webhook, and whether the answer to the demand has to wait for it */
  function takeStep(refund: Refund, step: Step): { early: boolean; delivery: Promise<void> } {
    const fault = step.event && webhookUrl ? faults.draw('webhook') : 'dropped';
    const next = { ...refund, status: step.status, acquirer_data: acquirerData(refund.payment_id, step.arn) };
    const others = ledger.refundsOf(refund.payment_id).filter(({ id }) => id !== refund.id);
    const payment = paymentEntity(refund.payment_id, [next, ...others]);
    const webhook =
      step.event && fault !== 'dropped' ? webhookOf(step.event, next, payment, fault, delayMs) : null;
    ledger.add({ type: 'step', refundId: refund.id, step, webhook });
    return { early: fault === 'early', delivery: webhook ? send(webhook) : Promise.resolve() };
  }

  async function live({ refund, steps }: { refund: Refund; steps: Step[] }): Promise<void> {
    for (let step = steps[0]; step; step = steps[0]) {
      await sleep(Math.max(0, step.dueAt - Date.now()), undefined, { signal: closing });
      void takeStep(refund, step).delivery;
    }
  }

  const untilClosed = (life: Promise<void>) =>
    void life.catch((error) => {
      if (!closing.aborted) throw error;
    });

  return {
    plan: (fate: Fault['fate'] | null) => planSteps(fate, Date.now(), delayMs),
    /** Takes the first step of a new refund. Resolves when the demand may be answered. */
    async begin(refundId: string): Promise<void> {
      const kept = ledger.refund(refundId);
      const first = kept?.steps[0];
      if (!kept || !first) return;
      const { early, delivery } = takeStep(kept.refund, first);
      untilClosed(live(kept));
      if (early) await Promise.race([delivery, sleep(1_000)]);
    },
    /** Continues what an earlier process left undone. */
    resume(): void {
      for (const webhook of ledger.undelivered()) void send(webhook);
      for (const kept of ledger.unfinished()) untilClosed(live(kept));
    },
  };
}

function planSteps(fate: Fault['fate'] | null, now: number, delayMs: number): Step[] {
  const arn = String(randomInt(10 ** 13, 10 ** 14));
  const soon = now + delayMs;
  const later = soon + delayMs;
  const created: Step = { dueAt: now, status: 'pending', arn: null, event: 'refund.created' };
  const processed: Step = { dueAt: soon, status: 'processed', arn, event: 'refund.processed' };
  const failed: Step = { dueAt: soon, status: 'failed', arn: null, event: 'refund.failed' };
  switch (fate) {
    case null:
      return [created, processed];
    // The usual case in Razorpay's documentation.
    case 'at-once':
      return [
        { ...created, status: 'processed' },
        { ...processed, dueAt: now },
      ];
    // Razorpay documents no event for a later bank reference.
    case 'late-reference':
      return [created, { ...processed, arn: null }, { ...processed, dueAt: later, event: null }];
    case 'fails':
      return [created, failed];
    case 'bank-returns':
      return [created, processed, { ...failed, dueAt: later, arn }];
  }
}

function webhookOf(
  type: string,
  refund: Refund,
  payment: object,
  fault: Fault['webhook'] | null,
  delayMs: number,
): Webhook {
  const created_at = Math.floor(Date.now() / 1000);
  const late = { delayed: 10 * delayMs, reordered: 2 * delayMs + 50 };
  return {
    id: `evt_${refund.id.slice(5)}_${type.slice(7)}`,
    type,
    refundId: refund.id,
    body: JSON.stringify({
      entity: 'event',
      account_id: 'acc_sandbox',
      event: type,
      contains: ['refund', 'payment'],
      payload: { refund: { entity: refund }, payment: { entity: payment } },
      created_at,
    }),
    sendAt: Date.now() + (fault === 'delayed' || fault === 'reordered' ? late[fault] : 0),
    copies: fault === 'duplicate' ? 2 : 1,
    forged: fault === 'forged',
  };
}
