import { sql } from 'drizzle-orm';
import { check, integer, pgTable, unique } from 'drizzle-orm/pg-core';
import { id, instant } from './columns.ts';

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
    /** The fee of tier i in basis points of the total (1000 = 10 %). */
    tierFeeBps: integer('tier_fee_bps').array().notNull(),
    etaMinBusinessDays: integer('eta_min_business_days').notNull().default(3),
    etaMaxBusinessDays: integer('eta_max_business_days').notNull().default(5),
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
    check(
      'cancellation_policies_eta',
      sql`0 <= ${policy.etaMinBusinessDays} and ${policy.etaMinBusinessDays} <= ${policy.etaMaxBusinessDays}`,
    ),
  ],
);
