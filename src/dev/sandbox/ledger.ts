import { openJournal } from './journal.ts';

/** Razorpay's refund entity. */
export interface Refund {
  id: string;
  entity: 'refund';
  amount: number;
  currency: 'INR';
  payment_id: string;
  notes: Record<string, string>;
  receipt: string | null;
  acquirer_data: { arn: string | null };
  created_at: number;
  batch_id: null;
  status: 'pending' | 'processed' | 'failed';
  speed_processed: 'normal';
  speed_requested: 'normal';
}

/** A future change of a refund. Times are milliseconds since 1970. */
export interface Step {
  dueAt: number;
  status: Refund['status'];
  arn: string | null;
  /** Null: no webhook is sent. */
  event: 'refund.created' | 'refund.processed' | 'refund.failed' | null;
}

export interface Webhook {
  id: string;
  type: string;
  refundId: string;
  body: string;
  sendAt: number;
  copies: number;
  forged: boolean;
}

/** The answer to a demand, which every request with the same key gets. */
export interface KeptAnswer {
  key: string;
  paymentId: string;
  body: string;
  status: number;
  told: string;
}

type Line =
  | { type: 'answered'; answer: KeptAnswer; made: { refund: Refund; steps: Step[] } | null }
  | { type: 'step'; refundId: string; step: Step; webhook: Webhook | null }
  | { type: 'delivered'; webhookId: string };

export type Ledger = ReturnType<typeof openLedger>;

/** Opens the ledger of demands, refunds and webhooks. A change is on the disk before anyone learns of it. */
export function openLedger(file: string) {
  const answers = new Map<string, KeptAnswer>();
  const refunds = new Map<string, { key: string; refund: Refund; steps: Step[] }>();
  const ofPayment = new Map<string, Refund[]>();
  const webhooks = new Map<string, Webhook & { delivered: boolean }>();

  const apply = (line: Line): void => {
    if (line.type === 'answered') {
      answers.set(line.answer.key, line.answer);
      if (!line.made) return;
      const { refund, steps } = line.made;
      refunds.set(refund.id, { key: line.answer.key, refund, steps });
      ofPayment.set(refund.payment_id, [refund, ...(ofPayment.get(refund.payment_id) ?? [])]);
    } else if (line.type === 'step') {
      const kept = refunds.get(line.refundId);
      if (!kept) throw new Error(`there is no refund ${line.refundId} for this step`);
      kept.steps.shift();
      kept.refund.status = line.step.status;
      kept.refund.acquirer_data.arn = line.step.arn;
      if (line.webhook) webhooks.set(line.webhook.id, { ...line.webhook, delivered: false });
    } else {
      const webhook = webhooks.get(line.webhookId);
      if (webhook) webhook.delivered = true;
    }
  };

  const journal = openJournal<Line>(file);
  for (const line of journal.lines) apply(line);

  return {
    add(line: Line): void {
      journal.append(line);
      apply(line);
    },
    answerTo: (key: string) => answers.get(key),
    /** Newest first. */
    refundsOf: (paymentId: string) => ofPayment.get(paymentId) ?? [],
    refund: (id: string) => refunds.get(id),
    /** All refunds, newest first. */
    all: () => [...refunds.values()].map(({ refund }) => refund).reverse(),
    unfinished: () => [...refunds.values()].filter(({ steps }) => steps.length > 0),
    undelivered: () => [...webhooks.values()].filter(({ delivered }) => !delivered),
    /** The answer of GET /sandbox/ledger. */
    report: () => ({
      refunds: [...refunds.values()].map(({ key, refund }) => ({ key, ...refund })),
      byKey: Object.fromEntries([...answers].map(([key, { status, told }]) => [key, { status, told }])),
      byPayment: Object.fromEntries(ofPayment),
      webhooks: [...webhooks.values()].map(({ id, type, refundId, delivered }) => ({
        id,
        type,
        refundId,
        delivered,
      })),
    }),
    close: journal.close,
  };
}
