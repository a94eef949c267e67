import { readFile } from 'node:fs/promises';
import type { KeptAnswer, Step, Webhook } from '../../src/dev/sandbox/ledger.ts';
import type { Refund } from '../../src/dev/sandbox/refund.ts';

/** A line of the sandbox's journal: src/dev/sandbox/ledger.ts. */
type Line =
  | { type: 'answered'; answer: KeptAnswer; made: { refund: Refund; steps: Step[] } | null }
  | { type: 'step'; refundId: string; step: Step; webhook: Webhook | null }
  | { type: 'delivered'; webhookId: string };

/** A refund that the payment provider created, with its history. */
export interface MadeRefund {
  /** The id and generation of our refund. */
  key: string;
  id: string;
  paymentId: string;
  amount: bigint;
  statuses: Refund['status'][];
  stepsLeft: number;
}

export interface ProviderBooks {
  made: MadeRefund[];
  /** Refused keys, with the refusal. */
  refused: Map<string, string>;
  /** The maximum refunded at any time, by payment: created and not failed. Paise. */
  mostAway: Map<string, bigint>;
  webhooks: (Webhook & { delivered: boolean })[];
  webhooksDropped: number;
}

export const lastStatus = ({ statuses }: MadeRefund): Refund['status'] => statuses.at(-1) ?? 'pending';

/** Reads the payment provider's records from its journal, which unlike its report contains the history. */
export async function readProviderBooks(file: string): Promise<ProviderBooks> {
  const text = await readFile(file, 'utf8');
  // The last line may be incomplete.
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const made = new Map<string, MadeRefund>();
  const refused: ProviderBooks['refused'] = new Map();
  const mostAway: ProviderBooks['mostAway'] = new Map();
  const webhooks = new Map<string, Webhook & { delivered: boolean }>();
  let webhooksDropped = 0;

  for (const text of lines) {
    const line: Line = JSON.parse(text);
    if (line.type === 'answered') {
      const { key, paymentId, status, told } = line.answer;
      if (!line.made) refused.set(key, `${status} ${told}`);
      else {
        const { id, amount, status: first } = line.made.refund;
        const stepsLeft = line.made.steps.length;
        made.set(id, { key, id, paymentId, amount: BigInt(amount), statuses: [first], stepsLeft });
      }
    } else if (line.type === 'step') {
      const refund = made.get(line.refundId);
      if (!refund) throw new Error(`a step of ${line.refundId}, which was never made`);
      refund.statuses.push(line.step.status);
      refund.stepsLeft -= 1;
      if (line.webhook) webhooks.set(line.webhook.id, { ...line.webhook, delivered: false });
      else if (line.step.event) webhooksDropped += 1;
    } else {
      const webhook = webhooks.get(line.webhookId);
      if (webhook) webhook.delivered = true;
    }
    if (line.type !== 'delivered') noteMostAway([...made.values()], mostAway);
  }
  return { made: [...made.values()], refused, mostAway, webhooks: [...webhooks.values()], webhooksDropped };
}

function noteMostAway(made: MadeRefund[], mostAway: Map<string, bigint>): void {
  const away = new Map<string, bigint>();
  for (const refund of made)
    if (lastStatus(refund) !== 'failed')
      away.set(refund.paymentId, (away.get(refund.paymentId) ?? 0n) + refund.amount);
  for (const [paymentId, amount] of away)
    if (amount > (mostAway.get(paymentId) ?? 0n)) mostAway.set(paymentId, amount);
}
