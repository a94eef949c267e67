import { z } from 'zod';
import type { Refund } from './ledger.ts';

/** Every payment has this amount: ten lakh rupees. */
const PAYMENT_PAISE = 100_000_000;
export const PAYMENT_ID = /^pay_[\w-]+$/;

/** Refusals that only a fault causes, in Razorpay's words. */
export const REFUSALS = {
  'refuse:balance':
    'Your account does not have enough balance to carry out the refund operation. You can add funds to your account from your Razorpay dashboard or capture new payments.',
  'refuse:too-old': 'Refund is not supported by the bank because the payment is more than 6 months old',
  'refuse:disputed': 'The refund on this payment is blocked due to ongoing dispute investigation',
  'refuse:not-captured': 'The payment status should be captured for action to be taken',
} as const;

export type DemandBody = z.infer<typeof demandBody>;
export const demandBody = z.strictObject({
  amount: z.int(),
  speed: z.literal('normal').optional(),
  receipt: z.string().optional(),
  notes: z.record(z.string().max(255), z.string().max(512)).optional(),
});

/** @returns why the refund is refused, in Razorpay's words; null if it can be made */
export function whyNot(paymentId: string, earlier: Refund[], { amount, receipt }: DemandBody): string | null {
  if (!PAYMENT_ID.test(paymentId)) return 'The id provided does not exist';
  if (amount < 100) return 'The amount must be at least INR 1.00';
  if (receipt && earlier.some((refund) => refund.receipt === receipt))
    return 'Duplicate receipt found for this refund request.';
  if (amount > PAYMENT_PAISE) return 'The refund amount provided is greater than amount captured.';
  const refunded = earlier.reduce((sum, refund) => sum + (refund.status === 'failed' ? 0 : refund.amount), 0);
  if (refunded === PAYMENT_PAISE) return 'The payment has been fully refunded already.';
  if (refunded + amount > PAYMENT_PAISE)
    return 'The total refund amount is greater than the refund payment amount';
  return null;
}
