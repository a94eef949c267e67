import { sql } from 'drizzle-orm';
import { boolean, check, integer, pgEnum, pgTable, unique } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';

export const feeBase = pgEnum('fee_base', ['TOTAL', 'BASE']);
export const partialCancellation = pgEnum('partial_cancellation', ['ALLOWED', 'NO_DISCOUNT', 'FORBIDDEN']);

/** Cancellation rules. Rows are immutable: a changed rule is a new version, and sold tickets keep their row. */
export const cancellationPolicies = pgTable(
  'cancellation_policies',
  {
    id: id('id').primaryKey(),
    name: id('name').notNull(),
    version: integer('version').notNull(),
    /** Cancellations are refused from this many minutes before the show starts. */
    cutoffMinutes: integer('cutoff_minutes').notNull(),
    /**
     * Tier i applies while more than tierOverMinutes[i] minutes are left. The first that applies wins. The last is 0.
     */
    tierOverMinutes: integer('tier_over_minutes').array().notNull(),
    /** The fee of tier i in basis points of the fee base (1000 = 10 %). */
    tierFeeBps: integer('tier_fee_bps').array().notNull(),
    etaMinBusinessDays: integer('eta_min_business_days').notNull().default(3),
    etaMaxBusinessDays: integer('eta_max_business_days').notNull().default(5),
    /** The fee is a share of the whole price, or of the price without the convenience fee. */
    feeBase: feeBase('fee_base').notNull().default('TOTAL'),
    convenienceFeeRefundable: boolean('convenience_fee_refundable').notNull().default(true),
    /** Whether some of the seats can be cancelled. */
    partial: partialCancellation('partial').notNull().default('FORBIDDEN'),
    createdAt: instant('created_at').notNull().default(sql`now()`),
  },
  (policy) => [
    unique('cancellation_policies_version').on(policy.name, policy.version),
    check('cancellation_policies_id_prefix', sql`${policy.id} like 'policy-%'`),
    check('cancellation_policies_cutoff', sql`${policy.cutoffMinutes} >= 0`),
    check(
      'cancellation_policies_tiers',
      sql`cardinality(${policy.tierOverMinutes}) between 1 and 10
        and cardinality(${policy.tierFeeBps}) = cardinality(${policy.tierOverMinutes})
        and array_position(${policy.tierOverMinutes}, null) is null
        and array_position(${policy.tierFeeBps}, null) is null
        and ${policy.tierOverMinutes}[cardinality(${policy.tierOverMinutes})] = 0`,
    ),
    check(
      'cancellation_policies_fee',
      sql`0 <= all (${policy.tierFeeBps}) and 10000 >= all (${policy.tierFeeBps})`,
    ),
    // At most a year, counted in minutes or days. Arrays begin at 1, so that the last tier is the one that is checked.
    check(
      'cancellation_policies_bounds',
      sql`${policy.cutoffMinutes} <= 527040 and ${policy.etaMaxBusinessDays} <= 366
        and 0 <= all (${policy.tierOverMinutes}) and 527040 >= all (${policy.tierOverMinutes})
        and array_ndims(${policy.tierOverMinutes}) = 1 and array_lower(${policy.tierOverMinutes}, 1) = 1
        and array_ndims(${policy.tierFeeBps}) = 1 and array_lower(${policy.tierFeeBps}, 1) = 1`,
    ),
    // Otherwise a fee of 100 % and the kept convenience fee would be more than what was paid.
    check(
      'cancellation_policies_kept_fee',
      sql`${policy.convenienceFeeRefundable} or ${policy.feeBase} = 'BASE'`,
    ),
    check(
      'cancellation_policies_eta',
      sql`0 <= ${policy.etaMinBusinessDays} and ${policy.etaMinBusinessDays} <= ${policy.etaMaxBusinessDays}`,
    ),
  ],
);
