import type { payments, refunds } from '../../platform/db/tables/index.ts';

/** The columns of payments and refunds that answers contain. The others are for the worker and operators. */

export const PAYMENT_COLUMNS = [
  'id',
  'transactionId',
  'paymentMode',
  'amount',
  'status',
  'paymentTime',
  'refundAmount',
  'refundInitiatedAt',
] as const;

export const REFUND_COLUMNS = [
  'id',
  'step',
  'originalAmount',
  'refundAmount',
  'cancellationFee',
  'status',
  'etaMinBusinessDays',
  'etaMaxBusinessDays',
  'requestedAt',
  'processedAt',
  'bankReference',
  'failureReason',
] as const;

export type PaymentRow = Pick<typeof payments.$inferSelect, (typeof PAYMENT_COLUMNS)[number]>;
export type RefundRow = Pick<typeof refunds.$inferSelect, (typeof REFUND_COLUMNS)[number]>;
