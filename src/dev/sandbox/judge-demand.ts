import { z } from 'zod';
import { PAYMENT_ID, PAYMENT_PAISE, refundedOf } from './payment.ts';
import type { Problem } from './razorpay-answer.ts';
import type { Refund } from './refund.ts';

/** Refusals that only a fault causes, in Razorpay's words. */
export const REFUSALS = {
  'refuse:balance':
    'Your account does not have enough balance to carry out the refund operation. You can add funds to your account from your Razorpay dashboard or capture new payments.',
  'refuse:too-old': 'Refund is not supported by the bank because the payment is more than 6 months old',
  'refuse:disputed': 'The refund on this payment is blocked due to ongoing dispute investigation',
  'refuse:not-captured': 'The payment status should be captured for action to be taken',
} as const;

const MOST_NOTES = 15;
const LONGEST_NOTE = 256;

/** What a demand asks for. Without an amount: all that is left of the payment. */
export type DemandBody = z.infer<typeof demandBody>;
const demandBody = z.strictObject({
  amount: z
    .union(
      [z.int(), z.stringFormat('paise', /^\d{1,15}$/).transform(Number)],
      'The amount must be an integer.',
    )
    .optional(),
  speed: z.enum(['normal', 'optimum'], 'The speed must be normal or optimum.').optional(),
  receipt: z.string().max(40, 'The receipt may not be greater than 40 characters.').nullish(),
  // PHP sends an empty object as [].
  notes: z
    .union(
      [
        z.record(z.string(), z.union([z.string(), z.number()]).transform(String)),
        z.array(z.never()).transform(() => ({})),
      ],
      'The notes must be pairs.',
    )
    .refine(
      (notes) => Object.keys(notes).length <= MOST_NOTES,
      `The notes may have at most ${MOST_NOTES} pairs.`,
    )
    .refine(
      (notes) =>
        Object.entries(notes)
          .flat()
          .every((text) => text.length <= LONGEST_NOTE),
      `A note may have at most ${LONGEST_NOTE} characters.`,
    )
    .nullish(),
});

/** @returns the demand, or what is wrong with it: the first problem, with its field */
export function readDemand(body: string): { demand: DemandBody } | { problem: Problem } {
  const { data, error } = demandBody.safeParse(JSON.parse(body === '' ? '{}' : body));
  if (data) return { demand: data };
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys')
    return {
      problem: { description: `${issue.keys.join(', ')} is/are not required and should not be sent` },
    };
  const field = issue?.path[0];
  return {
    problem: { description: issue?.message ?? '', ...(field === undefined ? {} : { field: String(field) }) },
  };
}

/** @returns why the refund is refused, in Razorpay's words; null if it can be made */
export function whyNot(
  paymentId: string,
  earlier: Refund[],
  { amount: asked, receipt }: DemandBody,
): Problem | null {
  if (!PAYMENT_ID.test(paymentId)) return { description: 'The id provided does not exist' };
  const refunded = refundedOf(earlier);
  if (refunded === PAYMENT_PAISE) return { description: 'The payment has been fully refunded already.' };
  const amount = asked ?? PAYMENT_PAISE - refunded;
  if (amount < 100) return { description: 'The amount must be at least INR 1.00', field: 'amount' };
  if (receipt && earlier.some((refund) => refund.receipt === receipt))
    return { description: 'Duplicate receipt found for this refund request.', field: 'receipt' };
  if (amount > PAYMENT_PAISE)
    return { description: 'The refund amount provided is greater than amount captured.', field: 'amount' };
  if (refunded + amount > PAYMENT_PAISE)
    return {
      description: 'The total refund amount is greater than the refund payment amount',
      field: 'amount',
    };
  return null;
}
