import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Faults } from './faults.ts';
import { type DemandBody, REFUSALS, readDemand, whyNot } from './judge-demand.ts';
import type { Ledger, Step } from './ledger.ts';
import { acquirerData, PAYMENT_PAISE, refundedOf } from './payment.ts';
import { type Answer, refuse } from './razorpay-answer.ts';
import type { Refund } from './refund.ts';
import type { RefundLife } from './refund-life.ts';

export interface Demand {
  paymentId: string;
  /** The idempotency key. Without it, each request makes a refund. */
  key: string | undefined;
  body: string;
}

const SLOW_MS = 300;

/** POST /v1/payments/:id/refund: makes one refund per idempotency key. */
export function createDemandEndpoint(ledger: Ledger, faults: Faults, life: RefundLife) {
  const inProgress = new Set<string>();

  return async (demand: Demand, fault: Fault['demand'] | null): Promise<Answer> => {
    const { paymentId, key = randomUUID(), body } = demand;
    if (!/^[\w-]{10,}$/.test(key))
      return refuse({ description: 'The idempotency key must be at least 10 characters long.' });
    if (inProgress.has(key))
      return refuse(
        { description: 'Another request with the same idempotency key is still in progress.' },
        409,
      );
    inProgress.add(key);
    try {
      if (fault === 'slow') await sleep(SLOW_MS);
      const kept = ledger.answerTo(key);
      if (kept && (kept.paymentId !== paymentId || kept.body !== body))
        return refuse(
          { description: 'Different request with the same idempotency key has already been processed.' },
          409,
        );
      return kept ? { status: kept.status, body: kept.told } : await answerNew(paymentId, key, body, fault);
    } finally {
      inProgress.delete(key);
    }
  };

  async function answerNew(
    paymentId: string,
    key: string,
    body: string,
    fault: Fault['demand'] | null,
  ): Promise<Answer> {
    const read = readDemand(body);
    if ('problem' in read) return refuse(read.problem);
    const description = Object.entries(REFUSALS).find(([name]) => name === fault)?.[1];
    const earlier = ledger.refundsOf(paymentId);
    const no = description ? { description } : whyNot(paymentId, earlier, read.demand);
    // A refusal is kept like a refund, so another attempt needs a new key.
    const keep = ({ status, body: told }: Answer, made: { refund: Refund; steps: Step[] } | null) => {
      ledger.add({ type: 'answered', answer: { key, paymentId, body, status, told }, made });
      return { status, body: told };
    };
    if (no) return keep(refuse(no), null);

    const steps = life.plan(faults.draw('fate'));
    const refund = newRefund(paymentId, read.demand, earlier, steps[0]?.status ?? 'pending');
    const answer = keep({ status: 200, body: JSON.stringify(refund) }, { refund, steps });
    await life.begin(refund.id);
    return answer;
  }
}

function newRefund(
  paymentId: string,
  { amount, notes, receipt, speed = 'normal' }: DemandBody,
  earlier: Refund[],
  status: Refund['status'],
): Refund {
  return {
    id: `rfnd_${randomBytes(7).toString('hex')}`,
    entity: 'refund',
    amount: amount ?? PAYMENT_PAISE - refundedOf(earlier),
    currency: 'INR',
    payment_id: paymentId,
    notes: Object.keys(notes ?? {}).length > 0 ? (notes ?? []) : [],
    receipt: receipt ?? null,
    acquirer_data: acquirerData(paymentId, null),
    created_at: Math.floor(Date.now() / 1000),
    batch_id: null,
    status,
    speed_processed: speed === 'optimum' ? 'instant' : 'normal',
    speed_requested: speed,
  };
}
