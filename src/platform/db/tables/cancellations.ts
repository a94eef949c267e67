import { sql } from 'drizzle-orm';
import { check, index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';
import { id, instant, paise } from './columns.ts';

/** Calls of cancelTicket and cancelSeats that the rate limit counts. */
export const cancellationAttempts = pgTable(
  'cancellation_attempts',
  {
    userId: id('user_id').notNull(),
    id: id('id').notNull(),
    attemptedAt: instant('attempted_at').notNull(),
  },
  (attempt) => [
    primaryKey({ columns: [attempt.userId, attempt.id] }),
    index('cancellation_attempts_by_time').on(attempt.userId, attempt.attemptedAt),
    // For the clean-up of all users' rows.
    index('cancellation_attempts_by_age').on(attempt.attemptedAt),
  ],
);

/** The keys of successful cancellations. A replay is answered from the rows that the first call wrote. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    userId: id('user_id').notNull(),
    key: id('key').notNull(),
    ticketId: id('ticket_id').notNull(),
    expectedRefund: paise('expected_refund'),
    /** The seats of the call, sorted; null for the whole ticket. */
    seatIds: text('seat_ids').array(),
    /** The refund that the call created. Null: the only one of the ticket. */
    refundId: id('refund_id'),
    createdAt: instant('created_at').notNull(),
  },
  (row) => [
    primaryKey({ columns: [row.userId, row.key] }),
    // For the clean-up.
    index('idempotency_keys_by_age').on(row.createdAt),
    check('idempotency_keys_length', sql`length(${row.key}) between 1 and 128`),
  ],
);
