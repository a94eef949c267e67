-- NOT VALID: rows of before are not read, so that the tables are locked for a moment only. The next release validates both.
ALTER TABLE "shows" ADD CONSTRAINT "shows_bounds" CHECK ("shows"."start_time" >= '1900-01-01 00:00:00+00' and "shows"."end_time" < '2200-01-01 00:00:00+00') NOT VALID;--> statement-breakpoint
ALTER TABLE "cancellation_policies" ADD CONSTRAINT "cancellation_policies_bounds" CHECK ("cancellation_policies"."cutoff_minutes" <= 527040 and "cancellation_policies"."eta_max_business_days" <= 366
        and 0 <= all ("cancellation_policies"."tier_over_minutes") and 527040 >= all ("cancellation_policies"."tier_over_minutes")
        and array_ndims("cancellation_policies"."tier_over_minutes") = 1 and array_lower("cancellation_policies"."tier_over_minutes", 1) = 1
        and array_ndims("cancellation_policies"."tier_fee_bps") = 1 and array_lower("cancellation_policies"."tier_fee_bps", 1) = 1) NOT VALID;
