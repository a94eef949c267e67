CREATE TYPE "public"."seat_type" AS ENUM('GOLD', 'DIAMOND', 'PLATINUM');--> statement-breakpoint
CREATE TYPE "public"."show_seat_status" AS ENUM('AVAILABLE', 'LOCKED', 'BOOKED', 'BLOCKED');--> statement-breakpoint
CREATE TYPE "public"."payment_mode" AS ENUM('UPI', 'CREDIT_CARD', 'DEBIT_CARD', 'NETBANKING', 'WALLET');--> statement-breakpoint
CREATE TYPE "public"."payment_status" AS ENUM('PENDING', 'SUCCESS', 'FAILED', 'REFUNDED');--> statement-breakpoint
CREATE TYPE "public"."refund_status" AS ENUM('NOT_REQUIRED', 'PROCESSING', 'PROCESSED', 'FAILED');--> statement-breakpoint
CREATE TYPE "public"."event_actor" AS ENUM('USER', 'SYSTEM', 'GATEWAY', 'OPERATOR');--> statement-breakpoint
CREATE TYPE "public"."ticket_event_type" AS ENUM('HELD', 'CONFIRMED', 'CANCELLED', 'EXPIRED');--> statement-breakpoint
CREATE TYPE "public"."ticket_status" AS ENUM('PENDING_PAYMENT', 'CONFIRMED', 'CANCELLED', 'EXPIRED');--> statement-breakpoint
CREATE TABLE "cancellation_attempts" (
	"user_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"attempted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "cancellation_attempts_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"user_id" text collate "C" NOT NULL,
	"key" text collate "C" NOT NULL,
	"ticket_id" text collate "C" NOT NULL,
	"expected_refund" bigint,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key"),
	CONSTRAINT "idempotency_keys_length" CHECK (length("idempotency_keys"."key") between 1 and 128)
);
--> statement-breakpoint
CREATE TABLE "cities" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "cities_id_prefix" CHECK ("cities"."id" like 'city-%')
);
--> statement-breakpoint
CREATE TABLE "movies" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"poster_url" text NOT NULL,
	"duration_minutes" integer NOT NULL,
	"rating" numeric(3, 1),
	CONSTRAINT "movies_id_prefix" CHECK ("movies"."id" like 'movie-%'),
	CONSTRAINT "movies_duration" CHECK ("movies"."duration_minutes" > 0),
	CONSTRAINT "movies_rating" CHECK ("movies"."rating" between 0 and 10)
);
--> statement-breakpoint
CREATE TABLE "screens" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"theater_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	CONSTRAINT "screens_id_prefix" CHECK ("screens"."id" like 'screen-%')
);
--> statement-breakpoint
CREATE TABLE "seats" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"screen_id" text collate "C" NOT NULL,
	"row" text collate "C" NOT NULL,
	"number" text collate "C" NOT NULL,
	"seat_type" "seat_type" NOT NULL,
	CONSTRAINT "seats_place" UNIQUE("screen_id","row","number"),
	CONSTRAINT "seats_id_prefix" CHECK ("seats"."id" like 'seat-%')
);
--> statement-breakpoint
CREATE TABLE "show_seats" (
	"show_id" text collate "C" NOT NULL,
	"seat_id" text collate "C" NOT NULL,
	"status" "show_seat_status" DEFAULT 'AVAILABLE' NOT NULL,
	"price" bigint NOT NULL,
	"user_id" text collate "C",
	"ticket_id" text collate "C",
	"locked_at" timestamp (3) with time zone,
	"locked_by" text collate "C",
	CONSTRAINT "show_seats_show_id_seat_id_pk" PRIMARY KEY("show_id","seat_id"),
	CONSTRAINT "show_seats_price" CHECK ("show_seats"."price" >= 0),
	CONSTRAINT "show_seats_holder" CHECK (("show_seats"."user_id" is null) = ("show_seats"."ticket_id" is null)),
	CONSTRAINT "show_seats_booked" CHECK ("show_seats"."status" <> 'BOOKED' or "show_seats"."ticket_id" is not null),
	CONSTRAINT "show_seats_locked" CHECK (("show_seats"."status" = 'LOCKED') = ("show_seats"."locked_at" is not null and "show_seats"."locked_by" is not null)),
	CONSTRAINT "show_seats_lock_pair" CHECK (("show_seats"."locked_at" is null) = ("show_seats"."locked_by" is null)),
	CONSTRAINT "show_seats_free" CHECK ("show_seats"."status" in ('BOOKED', 'LOCKED') or "show_seats"."ticket_id" is null)
);
--> statement-breakpoint
CREATE TABLE "shows" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"movie_id" text collate "C" NOT NULL,
	"screen_id" text collate "C" NOT NULL,
	"start_time" timestamp (3) with time zone NOT NULL,
	"end_time" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "shows_id_prefix" CHECK ("shows"."id" like 'show-%' and "shows"."id" !~ ':'),
	CONSTRAINT "shows_order" CHECK ("shows"."end_time" > "shows"."start_time")
);
--> statement-breakpoint
CREATE TABLE "theaters" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"city_id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"address" text NOT NULL,
	"time_zone" text NOT NULL,
	CONSTRAINT "theaters_id_prefix" CHECK ("theaters"."id" like 'theater-%')
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"user_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"ticket_id" text collate "C" NOT NULL,
	"gateway" text NOT NULL,
	"transaction_id" text,
	"payment_mode" "payment_mode" NOT NULL,
	"amount" bigint NOT NULL,
	"status" "payment_status" NOT NULL,
	"payment_time" timestamp (3) with time zone,
	"refund_amount" bigint,
	"refund_initiated_at" timestamp (3) with time zone,
	CONSTRAINT "payments_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "payments_one_per_ticket" UNIQUE("user_id","ticket_id"),
	CONSTRAINT "payments_id_prefix" CHECK ("payments"."id" like 'payment-%'),
	CONSTRAINT "payments_amount" CHECK ("payments"."amount" >= 0),
	CONSTRAINT "payments_captured" CHECK ("payments"."status" not in ('SUCCESS', 'REFUNDED') or ("payments"."payment_time" is not null and "payments"."transaction_id" is not null)),
	CONSTRAINT "payments_refunded" CHECK (("payments"."status" = 'REFUNDED') = ("payments"."refund_amount" is not null) and ("payments"."status" = 'REFUNDED') = ("payments"."refund_initiated_at" is not null)),
	CONSTRAINT "payments_refund_amount" CHECK ("payments"."refund_amount" > 0 and "payments"."refund_amount" <= "payments"."amount")
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"user_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"ticket_id" text collate "C" NOT NULL,
	"payment_id" text collate "C",
	"original_amount" bigint NOT NULL,
	"cancellation_fee" bigint NOT NULL,
	"refund_amount" bigint NOT NULL,
	"status" "refund_status" NOT NULL,
	"eta_min_business_days" integer NOT NULL,
	"eta_max_business_days" integer NOT NULL,
	"requested_at" timestamp (3) with time zone NOT NULL,
	"processed_at" timestamp (3) with time zone,
	"bank_reference" text,
	"failure_reason" text,
	CONSTRAINT "refunds_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "refunds_one_per_ticket" UNIQUE("user_id","ticket_id"),
	CONSTRAINT "refunds_id_prefix" CHECK ("refunds"."id" like 'refund-%'),
	CONSTRAINT "refunds_sum" CHECK ("refunds"."cancellation_fee" + "refunds"."refund_amount" = "refunds"."original_amount"),
	CONSTRAINT "refunds_amounts" CHECK ("refunds"."cancellation_fee" >= 0 and "refunds"."refund_amount" >= 0),
	CONSTRAINT "refunds_not_required" CHECK (("refunds"."status" = 'NOT_REQUIRED') = ("refunds"."refund_amount" = 0)),
	CONSTRAINT "refunds_payment" CHECK ("refunds"."refund_amount" = 0 or "refunds"."payment_id" is not null),
	CONSTRAINT "refunds_processed" CHECK ("refunds"."status" <> 'PROCESSED' or "refunds"."processed_at" is not null),
	CONSTRAINT "refunds_failed" CHECK (("refunds"."status" = 'FAILED') = ("refunds"."failure_reason" is not null))
);
--> statement-breakpoint
CREATE TABLE "cancellation_policies" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text collate "C" NOT NULL,
	"version" integer NOT NULL,
	"cutoff_minutes" integer NOT NULL,
	"tier_over_minutes" integer[] NOT NULL,
	"tier_fee_bps" integer[] NOT NULL,
	"eta_min_business_days" integer DEFAULT 3 NOT NULL,
	"eta_max_business_days" integer DEFAULT 5 NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cancellation_policies_version" UNIQUE("name","version"),
	CONSTRAINT "cancellation_policies_id_prefix" CHECK ("cancellation_policies"."id" like 'policy-%'),
	CONSTRAINT "cancellation_policies_cutoff" CHECK ("cancellation_policies"."cutoff_minutes" >= 0),
	CONSTRAINT "cancellation_policies_tiers" CHECK (cardinality("cancellation_policies"."tier_over_minutes") between 1 and 10
        and cardinality("cancellation_policies"."tier_fee_bps") = cardinality("cancellation_policies"."tier_over_minutes")
        and array_position("cancellation_policies"."tier_over_minutes", null) is null
        and array_position("cancellation_policies"."tier_fee_bps", null) is null
        and "cancellation_policies"."tier_over_minutes"[cardinality("cancellation_policies"."tier_over_minutes")] = 0),
	CONSTRAINT "cancellation_policies_fee" CHECK (0 <= all ("cancellation_policies"."tier_fee_bps") and 10000 >= all ("cancellation_policies"."tier_fee_bps")),
	CONSTRAINT "cancellation_policies_eta" CHECK (0 <= "cancellation_policies"."eta_min_business_days" and "cancellation_policies"."eta_min_business_days" <= "cancellation_policies"."eta_max_business_days")
);
--> statement-breakpoint
CREATE TABLE "ticket_events" (
	"user_id" text collate "C" NOT NULL,
	"ticket_id" text collate "C" NOT NULL,
	"seq" integer NOT NULL,
	"type" "ticket_event_type" NOT NULL,
	"actor" "event_actor" NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "ticket_events_user_id_ticket_id_seq_pk" PRIMARY KEY("user_id","ticket_id","seq")
);
--> statement-breakpoint
CREATE TABLE "ticket_seats" (
	"user_id" text collate "C" NOT NULL,
	"ticket_id" text collate "C" NOT NULL,
	"seat_id" text collate "C" NOT NULL,
	"row" text collate "C" NOT NULL,
	"number" text collate "C" NOT NULL,
	"seat_type" "seat_type" NOT NULL,
	"price" bigint NOT NULL,
	CONSTRAINT "ticket_seats_user_id_ticket_id_seat_id_pk" PRIMARY KEY("user_id","ticket_id","seat_id"),
	CONSTRAINT "ticket_seats_price" CHECK ("ticket_seats"."price" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"user_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"show_id" text collate "C" NOT NULL,
	"policy_id" text collate "C" DEFAULT 'policy-flat-10-v1' NOT NULL,
	"status" "ticket_status" NOT NULL,
	"booking_time" timestamp (3) with time zone NOT NULL,
	"hold_expires_at" timestamp (3) with time zone,
	"cancelled_at" timestamp (3) with time zone,
	"base_amount" bigint NOT NULL,
	"discount" bigint DEFAULT 0 NOT NULL,
	"convenience_fee" bigint DEFAULT 0 NOT NULL,
	"total_amount" bigint NOT NULL,
	"currency" char(3) DEFAULT 'INR' NOT NULL,
	CONSTRAINT "tickets_user_id_id_pk" PRIMARY KEY("user_id","id"),
	CONSTRAINT "tickets_id_shape" CHECK ("tickets"."id" ~ '^TKT-[A-Za-z0-9-]{1,60}$'),
	CONSTRAINT "tickets_price_breakdown" CHECK ("tickets"."base_amount" - "tickets"."discount" + "tickets"."convenience_fee" = "tickets"."total_amount"),
	CONSTRAINT "tickets_amounts" CHECK ("tickets"."base_amount" >= 0 and "tickets"."discount" >= 0 and "tickets"."convenience_fee" >= 0 and "tickets"."total_amount" >= 0),
	CONSTRAINT "tickets_currency" CHECK ("tickets"."currency" = 'INR'),
	CONSTRAINT "tickets_cancelled_at" CHECK (("tickets"."status" = 'CANCELLED') = ("tickets"."cancelled_at" is not null)),
	CONSTRAINT "tickets_hold" CHECK ("tickets"."status" not in ('PENDING_PAYMENT', 'EXPIRED') or "tickets"."hold_expires_at" is not null)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"phone" text,
	"locale" text DEFAULT 'en-IN' NOT NULL,
	CONSTRAINT "users_id_length" CHECK (length("users"."id") between 1 and 64)
);
--> statement-breakpoint
ALTER TABLE "screens" ADD CONSTRAINT "screens_theater_id_theaters_id_fk" FOREIGN KEY ("theater_id") REFERENCES "public"."theaters"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "seats" ADD CONSTRAINT "seats_screen_id_screens_id_fk" FOREIGN KEY ("screen_id") REFERENCES "public"."screens"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "show_seats" ADD CONSTRAINT "show_seats_show_id_shows_id_fk" FOREIGN KEY ("show_id") REFERENCES "public"."shows"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "show_seats" ADD CONSTRAINT "show_seats_seat_id_seats_id_fk" FOREIGN KEY ("seat_id") REFERENCES "public"."seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shows" ADD CONSTRAINT "shows_movie_id_movies_id_fk" FOREIGN KEY ("movie_id") REFERENCES "public"."movies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shows" ADD CONSTRAINT "shows_screen_id_screens_id_fk" FOREIGN KEY ("screen_id") REFERENCES "public"."screens"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "theaters" ADD CONSTRAINT "theaters_city_id_cities_id_fk" FOREIGN KEY ("city_id") REFERENCES "public"."cities"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_user_id_ticket_id_tickets_user_id_id_fk" FOREIGN KEY ("user_id","ticket_id") REFERENCES "public"."tickets"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_user_id_ticket_id_tickets_user_id_id_fk" FOREIGN KEY ("user_id","ticket_id") REFERENCES "public"."tickets"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_user_id_payment_id_payments_user_id_id_fk" FOREIGN KEY ("user_id","payment_id") REFERENCES "public"."payments"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_events" ADD CONSTRAINT "ticket_events_user_id_ticket_id_tickets_user_id_id_fk" FOREIGN KEY ("user_id","ticket_id") REFERENCES "public"."tickets"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_seats" ADD CONSTRAINT "ticket_seats_user_id_ticket_id_tickets_user_id_id_fk" FOREIGN KEY ("user_id","ticket_id") REFERENCES "public"."tickets"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_show_id_shows_id_fk" FOREIGN KEY ("show_id") REFERENCES "public"."shows"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_policy_id_cancellation_policies_id_fk" FOREIGN KEY ("policy_id") REFERENCES "public"."cancellation_policies"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cancellation_attempts_newest_first" ON "cancellation_attempts" USING btree ("user_id","attempted_at" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "shows_screen_start" ON "shows" USING btree ("screen_id","start_time");--> statement-breakpoint
CREATE INDEX "tickets_newest_first" ON "tickets" USING btree ("user_id","booking_time" DESC NULLS LAST,"id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "tickets_hold_expiry" ON "tickets" USING btree ("hold_expires_at") WHERE "tickets"."status" = 'PENDING_PAYMENT';