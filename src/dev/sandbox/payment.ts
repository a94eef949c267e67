import type { Refund } from './refund.ts';

/** Every payment has this amount: ten lakh rupees. */
export const PAYMENT_PAISE = 100_000_000;
/** Every payment with such an id exists. */
export const PAYMENT_ID = /^pay_[\w-]+$/;

/** How a payment was made: by UPI if its id begins with pay_upi_, by netbanking with pay_netbanking_, else by card. */
type Method = 'upi' | 'netbanking' | 'card';

/** The name under which each bank reports a refund. */
const REFERENCE = { upi: 'rrn', netbanking: 'utr', card: 'arn' } as const;

function methodOf(paymentId: string): Method {
  return (['upi', 'netbanking'] as const).find((name) => paymentId.startsWith(`pay_${name}_`)) ?? 'card';
}

/** The bank's reference of a refund. Null: the bank has not reported it yet. */
export function acquirerData(paymentId: string, reference: string | null): Refund['acquirer_data'] {
  return { [REFERENCE[methodOf(paymentId)]]: reference };
}

/** What was refunded of a payment, in paise. A refund that failed counts as none. */
export function refundedOf(refunds: readonly Refund[]): number {
  return refunds.reduce((sum, refund) => sum + (refund.status === 'failed' ? 0 : refund.amount), 0);
}

/** Razorpay's payment entity: https://razorpay.com/docs/api/payments/entity */
export function paymentEntity(id: string, refunds: readonly Refund[]) {
  const amount_refunded = refundedOf(refunds);
  const isWhole = amount_refunded === PAYMENT_PAISE;
  const method = methodOf(id);
  return {
    id,
    entity: 'payment',
    amount: PAYMENT_PAISE,
    currency: 'INR',
    status: isWhole ? 'refunded' : 'captured',
    order_id: null,
    invoice_id: null,
    international: false,
    method,
    amount_refunded,
    refund_status: amount_refunded === 0 ? null : isWhole ? 'full' : 'partial',
    captured: true,
    description: null,
    card_id: method === 'card' ? 'card_sandbox' : null,
    bank: method === 'netbanking' ? 'HDFC' : null,
    wallet: null,
    vpa: method === 'upi' ? 'asha@upi' : null,
    email: 'asha@example.com',
    contact: '+919876543210',
    notes: [],
    fee: 0,
    tax: 0,
    error_code: null,
    error_description: null,
    error_source: null,
    error_step: null,
    error_reason: null,
    acquirer_data: {},
    created_at: 1_700_000_000,
  };
}
