import { z } from 'zod';
import { plainText } from '../../platform/text/plain-text.ts';
import type { CreateRefundResult } from './gateway.ts';
import { isWorthRetrying, type RefusalReason } from './refusal-reason.ts';

/** Razorpay's errors: https://razorpay.com/docs/api/refunds/create-normal, "Errors" */

/** All refusals have the same code, so the description decides. The first match wins. */
const REASONS: readonly (readonly [RegExp, RefusalReason])[] = [
  [/must be at least|amount cannot be blank/i, 'BELOW_MINIMUM'],
  [/more than 6 months old/i, 'TOO_OLD'],
  [/fully refunded already|refund has already been processed/i, 'ALREADY_REFUNDED'],
  [/amount .*greater than/i, 'EXCEEDS_PAYMENT'],
  // Merchants report the second text for a low balance too: razorpay-node's issues 438 and 454.
  [/not have enough balance|^invalid request sent/i, 'INSUFFICIENT_BALANCE'],
  [/not a valid id|id provided does not exist/i, 'PAYMENT_UNKNOWN'],
  [/status should be captured/i, 'PAYMENT_NOT_CAPTURED'],
  [/dispute/i, 'DISPUTED'],
];

/** Errors that refuse no refund: a concurrent request with this key or payment, or a wrong configuration. */
const NOT_A_REFUSAL =
  /idempotency key|duplicate receipt|operation is in progress|url was not found|access denied|key.* invalid|authentication/i;

const refusal = z.object({
  error: z.object({ code: z.literal('BAD_REQUEST_ERROR'), description: z.string().transform(plainText) }),
});

/** Only a 400 of the documented shape is definitive. After any other error the refund may exist. */
export function readRefusal(
  status: number,
  body: unknown,
): Exclude<CreateRefundResult, { kind: 'accepted' }> {
  const { data } = refusal.safeParse(body);
  const description = data?.error.description;
  if (status !== 400 || description === undefined || NOT_A_REFUSAL.test(description))
    return { kind: 'unknown', detail: `${status} ${description ?? 'without a readable error'}` };

  const reason = REASONS.find(([pattern]) => pattern.test(description))?.[1] ?? 'REFUSED';
  return { kind: 'refused', reason, retry: isWorthRetrying(reason), detail: description };
}
