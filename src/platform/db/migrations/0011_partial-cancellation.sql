-- Each constraint is replaced by one that every row of the version before passes. Where the tables are large: add the
-- columns and CREATE [UNIQUE] INDEX CONCURRENTLY of the same names first. The tables
-- are locked in the order in which a cancellation uses them.
CREATE TYPE "public"."fee_base" AS ENUM('TOTAL', 'BASE');--> statement-breakpoint
CREATE TYPE "public"."partial_cancellation" AS ENUM('ALLOWED', 'NO_DISCOUNT', 'FORBIDDEN');--> statement-breakpoint
ALTER TYPE "public"."notification_event" ADD VALUE IF NOT EXISTS 'SEATS_CANCELLED';--> statement-breakpoint
ALTER TYPE "public"."payment_status" ADD VALUE IF NOT EXISTS 'PARTIALLY_REFUNDED';--> statement-breakpoint
ALTER TYPE "public"."ticket_event_type" ADD VALUE IF NOT EXISTS 'SEATS_CANCELLED';--> statement-breakpoint
ALTER TABLE "cancellation_policies" ADD COLUMN IF NOT EXISTS "fee_base" "fee_base" DEFAULT 'TOTAL' NOT NULL;--> statement-breakpoint
ALTER TABLE "cancellation_policies" ADD COLUMN IF NOT EXISTS "convenience_fee_refundable" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "cancellation_policies" ADD COLUMN IF NOT EXISTS "partial" "partial_cancellation" DEFAULT 'FORBIDDEN' NOT NULL;--> statement-breakpoint
ALTER TABLE "cancellation_policies" ADD CONSTRAINT "cancellation_policies_kept_fee" CHECK ("cancellation_policies"."convenience_fee_refundable" or "cancellation_policies"."fee_base" = 'BASE') NOT VALID;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_refund_promised" CHECK (("payments"."status"::text in ('PARTIALLY_REFUNDED', 'REFUNDED')) = ("payments"."refund_amount" is not null) and ("payments"."refund_amount" is null) = ("payments"."refund_initiated_at" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "payments" DROP CONSTRAINT "payments_refunded";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN IF NOT EXISTS "seat_ids" text[];--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN IF NOT EXISTS "refund_id" text collate "C";--> statement-breakpoint
ALTER TABLE "ticket_seats" ADD COLUMN IF NOT EXISTS "cancelled_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "ticket_seats" ADD COLUMN IF NOT EXISTS "refund_id" text collate "C";--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "ticket_seats_cancelled" ON "ticket_seats" USING btree ("user_id","ticket_id") WHERE "ticket_seats"."cancelled_at" is not null;--> statement-breakpoint
ALTER TABLE "ticket_seats" ADD CONSTRAINT "ticket_seats_cancelled" CHECK (("ticket_seats"."cancelled_at" is null) = ("ticket_seats"."refund_id" is null)) NOT VALID;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN IF NOT EXISTS "step" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "refunds_one_per_step" ON "refunds" USING btree ("user_id","ticket_id","step");--> statement-breakpoint
ALTER TABLE "refunds" DROP CONSTRAINT "refunds_one_per_ticket";--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_step" CHECK ("refunds"."step" > 0) NOT VALID;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN IF NOT EXISTS "refund_id" text collate "C";--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_refund_id_refunds_user_id_id_fk" FOREIGN KEY ("user_id","refund_id") REFERENCES "public"."refunds"("user_id","id") ON DELETE no action ON UPDATE no action NOT VALID;--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "notifications_of_ticket" ON "notifications" USING btree ("user_id","ticket_id","event","channel");--> statement-breakpoint
CREATE UNIQUE INDEX IF NOT EXISTS "notifications_of_refund" ON "notifications" USING btree ("user_id","refund_id","event","channel");--> statement-breakpoint
ALTER TABLE "notifications" DROP CONSTRAINT "notifications_user_id_ticket_id_event_channel_pk";--> statement-breakpoint
ALTER TABLE "notifications" ALTER COLUMN "ticket_id" DROP NOT NULL;--> statement-breakpoint
-- Logical replication needs a key to find updated rows by.
ALTER TABLE "notifications" REPLICA IDENTITY FULL;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_subject" CHECK (num_nonnulls("notifications"."ticket_id", "notifications"."refund_id") = 1) NOT VALID;--> statement-breakpoint
-- Version 2 of the two policies, which lets its tickets be cancelled seat by seat, and a third one. The default of new
-- tickets stays version 1: a service sells under version 2 when it asks for it (docs/writers.md).
insert into cancellation_policies (id, name, version, cutoff_minutes, tier_over_minutes, tier_fee_bps, fee_base, convenience_fee_refundable, partial)
values
  ('policy-flat-10-v2', 'FLAT_10', 2, 60, '{0}', '{1000}', 'TOTAL', true, 'ALLOWED'),
  ('policy-tiered-10-20-v2', 'TIERED_10_20', 2, 60, '{1440,0}', '{1000,2000}', 'TOTAL', true, 'ALLOWED'),
  ('policy-base-25-50-v1', 'BASE_25_50', 1, 20, '{120,0}', '{2500,5000}', 'BASE', false, 'NO_DISCOUNT');