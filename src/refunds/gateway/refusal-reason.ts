/** Why the gateway refuses a refund, with a message that is safe to show to the user. */

export type RefusalReason = keyof typeof REFUSALS;

const ASK_SUPPORT = 'Please contact support, who will return the money in another way.';

const REFUSALS = {
  BELOW_MINIMUM: {
    retry: false,
    message: `The amount is below the least that the payment provider refunds. ${ASK_SUPPORT}`,
  },
  TOO_OLD: {
    retry: false,
    message: `The payment is too old for the bank to refund. ${ASK_SUPPORT}`,
  },
  ALREADY_REFUNDED: {
    retry: false,
    message: 'The payment provider says that this payment was already refunded. Please contact support.',
  },
  EXCEEDS_PAYMENT: {
    retry: false,
    message: `The amount is more than what is left of the payment. ${ASK_SUPPORT}`,
  },
  INSUFFICIENT_BALANCE: {
    retry: true,
    message: 'The refund could not be made yet. We will try again.',
  },
  PAYMENT_UNKNOWN: {
    retry: false,
    message: `The payment provider does not find the payment. ${ASK_SUPPORT}`,
  },
  PAYMENT_NOT_CAPTURED: {
    retry: false,
    message: `The payment provider has not completed the payment. ${ASK_SUPPORT}`,
  },
  DISPUTED: {
    retry: false,
    message: 'The payment is disputed at the bank and cannot be refunded meanwhile. Please contact support.',
  },
  /** The provider accepted the refund, then it failed or the bank returned the money. */
  BANK_RETURNED: {
    retry: false,
    message: `The bank did not take the money back into the account. ${ASK_SUPPORT}`,
  },
  REFUSED: {
    retry: false,
    message: `The payment provider refused the refund. ${ASK_SUPPORT}`,
  },
} as const satisfies Record<string, { retry: boolean; message: string }>;

/** A message that is safe to show to the user. */
export function refusalMessage(reason: RefusalReason): string {
  return REFUSALS[reason].message;
}

/** Whether a later attempt under a new key may succeed. */
export function isWorthRetrying(reason: RefusalReason): boolean {
  return REFUSALS[reason].retry;
}
