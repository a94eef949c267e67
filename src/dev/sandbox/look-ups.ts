import { z } from 'zod';
import type { Ledger } from './ledger.ts';
import { PAYMENT_ID, paymentEntity } from './payment.ts';
import { type Answer, json, refuse } from './razorpay-answer.ts';
import type { Refund } from './refund.ts';

const UNKNOWN = { description: 'The id provided does not exist' };
const WHOLE = 'must be an integer.';

const paging = z.object({
  /** Seconds since 1970, the first and the last. */
  from: z.coerce.number(WHOLE).int(WHOLE).min(0).default(0),
  to: z.coerce.number(WHOLE).int(WHOLE).max(2_147_483_647).default(2_147_483_647),
  count: z.coerce
    .number(WHOLE)
    .int(WHOLE)
    .min(1, 'must be at least 1.')
    .max(100, 'may not be greater than 100.')
    .default(10),
  skip: z.coerce.number(WHOLE).int(WHOLE).min(0, 'must be at least 0.').default(0),
});

/**
 * What can be looked up: GET /v1/payments/:id, /v1/payments/:id/refunds, /v1/payments/:id/refunds/:id, /v1/refunds and
 * /v1/refunds/:id.
 *
 * @returns null for any other path
 */
export function lookUp(ledger: Ledger, pathname: string, query: URLSearchParams): Answer | null {
  const [, paymentId, ofPayment, refundId] =
    /^\/v1(?:\/payments\/([^/]+))?(\/refunds)?(?:(?<=\/refunds)\/([^/]+))?\/?$/.exec(pathname) ?? [];
  if (paymentId === undefined && ofPayment === undefined) return null;
  if (paymentId !== undefined && !PAYMENT_ID.test(paymentId)) return refuse(UNKNOWN);
  const refunds = paymentId === undefined ? ledger.refunds() : ledger.refundsOf(paymentId);
  if (paymentId !== undefined && ofPayment === undefined) return json(paymentEntity(paymentId, refunds));
  if (refundId === undefined) return list(refunds, query);
  const refund = refunds.find(({ id }) => id === refundId);
  return refund ? json(refund) : refuse(UNKNOWN);
}

/** A page of refunds, the newest first. */
function list(refunds: Refund[], query: URLSearchParams): Answer {
  const { data, error } = paging.safeParse(Object.fromEntries(query));
  if (!data) {
    const [{ path, message } = { path: [''], message: '' }] = error.issues;
    return refuse({ description: `The ${String(path[0])} ${message}`, field: String(path[0]) });
  }
  const { from, to, count, skip } = data;
  const items = refunds
    .filter(({ created_at }) => created_at >= from && created_at <= to)
    .slice(skip, skip + count);
  return json({ entity: 'collection', count: items.length, items });
}
