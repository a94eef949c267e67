ALTER TABLE "notifications" ADD COLUMN "occurrence" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "settled_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "compared_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD COLUMN "trouble" text;--> statement-breakpoint
-- Where the tables are large: CREATE INDEX CONCURRENTLY of the same names first.
CREATE UNIQUE INDEX IF NOT EXISTS "refunds_gateway_id" ON "refunds" USING btree ("gateway_refund_id","user_id") WHERE "refunds"."gateway_refund_id" is not null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "webhook_events_in_trouble" ON "webhook_events" USING btree ("received_at") WHERE "webhook_events"."trouble" is not null;--> statement-breakpoint
-- For new and changed rows only: reading old ones would keep the tables locked.
ALTER TABLE "show_seats" ADD CONSTRAINT "show_seats_price_exact" CHECK ("show_seats"."price" <= 9007199254740991) NOT VALID;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_amount_exact" CHECK ("payments"."amount" <= 9007199254740991) NOT VALID;--> statement-breakpoint
ALTER TABLE "ticket_seats" ADD CONSTRAINT "ticket_seats_price_exact" CHECK ("ticket_seats"."price" <= 9007199254740991) NOT VALID;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_amounts_exact" CHECK ("tickets"."base_amount" <= 9007199254740991 and "tickets"."convenience_fee" <= 9007199254740991 and "tickets"."total_amount" <= 9007199254740991) NOT VALID;