import { sql } from 'drizzle-orm';
import {
  check,
  foreignKey,
  index,
  integer,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core';
import { id, instant, isExact, paise } from './columns.ts';
import { tickets } from './tickets.ts';

export const paymentStatus = pgEnum('payment_status', [
  'PENDING',
  'SUCCESS',
  'FAILED',
  'REFUNDED',
  'PARTIALLY_REFUNDED',
]);
export const paymentMode = pgEnum('payment_mode', [
  'UPI',
  'CREDIT_CARD',
  'DEBIT_CARD',
  'NETBANKING',
  'WALLET',
]);
export const refundStatus = pgEnum('refund_status', ['NOT_REQUIRED', 'PROCESSING', 'PROCESSED', 'FAILED']);

export const payments = pgTable(
  'payments',
  {
    userId: id('user_id').notNull(),
    id: id('id').notNull(),
    ticketId: id('ticket_id').notNull(),
    gateway: text('gateway').notNull(),
    /** The gateway's own id of the payment. */
    transactionId: text('transaction_id'),
    paymentMode: paymentMode('payment_mode').notNull(),
    amount: paise('amount').notNull(),
    status: paymentStatus('status').notNull(),
    paymentTime: instant('payment_time'),
    /** The sum of the refunds that were promised. */
    refundAmount: paise('refund_amount'),
    /** When the last refund was promised. The refund's status says where the money is now. */
    refundInitiatedAt: instant('refund_initiated_at'),
  },
  (payment) => [
    primaryKey({ columns: [payment.userId, payment.id] }),
    unique('payments_one_per_ticket').on(payment.userId, payment.ticketId),
    foreignKey({ columns: [payment.userId, payment.ticketId], foreignColumns: [tickets.userId, tickets.id] }),
    check('payments_id_prefix', sql`${payment.id} like 'payment-%'`),
    check('payments_amount', sql`${payment.amount} >= 0`),
    check('payments_amount_exact', isExact(payment.amount)),
    check(
      'payments_captured',
      sql`${payment.status} not in ('SUCCESS', 'REFUNDED') or (${payment.paymentTime} is not null and ${payment.transactionId} is not null)`,
    ),
    check(
      'payments_refund_promised',
      sql`(${payment.status}::text in ('PARTIALLY_REFUNDED', 'REFUNDED')) = (${payment.refundAmount} is not null) and (${payment.refundAmount} is null) = (${payment.refundInitiatedAt} is null)`,
    ),
    check(
      'payments_refund_amount',
      sql`${payment.refundAmount} > 0 and ${payment.refundAmount} <= ${payment.amount}`,
    ),
  ],
);

/** One per cancellation: of a ticket, or of some of its seats. Amounts and ids never change after it. */
export const refunds = pgTable(
  'refunds',
  {
    userId: id('user_id').notNull(),
    id: id('id').notNull(),
    ticketId: id('ticket_id').notNull(),
    /** Counts the cancellations of the ticket from 1, under the ticket's lock. */
    step: integer('step').notNull().default(1),
    /** Null only if nothing was paid. */
    paymentId: id('payment_id'),
    originalAmount: paise('original_amount').notNull(),
    cancellationFee: paise('cancellation_fee').notNull(),
    refundAmount: paise('refund_amount').notNull(),
    status: refundStatus('status').notNull(),
    etaMinBusinessDays: integer('eta_min_business_days').notNull(),
    etaMaxBusinessDays: integer('eta_max_business_days').notNull(),
    requestedAt: instant('requested_at').notNull(),
    /** Incremented for each retry after a definitive refusal; part of the gateway's idempotency key. */
    generation: integer('generation').notNull().default(1),
    /**
     * When this generation was first sent to the gateway. From then on the gateway is queried before it is sent again.
     */
    firstSentAt: instant('first_sent_at'),
    /** The gateway's own id of the refund. */
    gatewayRefundId: text('gateway_refund_id'),
    /** The gateway's time of the newest event that was applied. Older events change nothing. */
    gatewayUpdatedAt: instant('gateway_updated_at'),
    /** How often workers have claimed this refund. */
    attempts: integer('attempts').notNull().default(0),
    /** When a worker should work on it next; null when the status is final. */
    nextAttemptAt: instant('next_attempt_at'),
    /** The fencing number: each claim increments it, and only the holder of the current number may write. */
    lease: integer('lease').notNull().default(0),
    leaseUntil: instant('lease_until'),
    /** The last error, for operators. */
    lastError: text('last_error'),
    processedAt: instant('processed_at'),
    bankReference: text('bank_reference'),
    /** When an operator recorded that the money was returned by other means. */
    settledAt: instant('settled_at'),
    /** When the nightly comparison last compared it with the gateway's books. */
    comparedAt: instant('compared_at'),
    /** Safe to show to the user. */
    failureReason: text('failure_reason'),
  },
  (refund) => [
    primaryKey({ columns: [refund.userId, refund.id] }),
    uniqueIndex('refunds_one_per_step').on(refund.userId, refund.ticketId, refund.step),
    foreignKey({ columns: [refund.userId, refund.ticketId], foreignColumns: [tickets.userId, tickets.id] }),
    foreignKey({
      columns: [refund.userId, refund.paymentId],
      foreignColumns: [payments.userId, payments.id],
    }),
    check('refunds_id_prefix', sql`${refund.id} like 'refund-%'`),
    check('refunds_sum', sql`${refund.cancellationFee} + ${refund.refundAmount} = ${refund.originalAmount}`),
    check('refunds_amounts', sql`${refund.cancellationFee} >= 0 and ${refund.refundAmount} >= 0`),
    check('refunds_not_required', sql`(${refund.status} = 'NOT_REQUIRED') = (${refund.refundAmount} = 0)`),
    check('refunds_payment', sql`${refund.refundAmount} = 0 or ${refund.paymentId} is not null`),
    check('refunds_processed', sql`${refund.status} <> 'PROCESSED' or ${refund.processedAt} is not null`),
    // A refund of the gateway belongs to one refund of ours. On Citus this holds for one user only, so code checks too.
    uniqueIndex('refunds_gateway_id')
      .on(refund.gatewayRefundId, refund.userId)
      .where(sql`${refund.gatewayRefundId} is not null`),
    index('refunds_due').on(refund.nextAttemptAt).where(sql`${refund.nextAttemptAt} is not null`),
    // For operators; there are few.
    index('refunds_failed').on(refund.requestedAt).where(sql`${refund.status} = 'FAILED'`),
    check(
      'refunds_due_while_processing',
      sql`(${refund.status} = 'PROCESSING') = (${refund.nextAttemptAt} is not null)`,
    ),
    check('refunds_step', sql`${refund.step} > 0`),
    check('refunds_generation', sql`${refund.generation} > 0`),
    check('refunds_failed', sql`(${refund.status} = 'FAILED') = (${refund.failureReason} is not null)`),
  ],
);

/**
 * Webhook events. Stored in the transaction that applies them, so a repeated delivery changes nothing. One about a
 * refund of ours that cannot be applied is kept for operators.
 */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    userId: id('user_id').notNull(),
    /** The gateway's id of the event. */
    id: id('id').notNull(),
    refundId: id('refund_id').notNull(),
    type: text('type').notNull(),
    /** The gateway's time of the event. */
    happenedAt: instant('happened_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    /** Why it was not applied, for operators. Null: it was. */
    trouble: text('trouble'),
  },
  (event) => [
    primaryKey({ columns: [event.userId, event.id] }),
    index('webhook_events_received').on(event.receivedAt),
    // For operators; there are few.
    index('webhook_events_in_trouble').on(event.receivedAt).where(sql`${event.trouble} is not null`),
  ],
);
