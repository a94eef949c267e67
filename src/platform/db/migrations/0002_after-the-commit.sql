CREATE TYPE "public"."notification_channel" AS ENUM('EMAIL', 'SMS');--> statement-breakpoint
CREATE TYPE "public"."notification_event" AS ENUM('TICKET_CANCELLED', 'REFUND_PROCESSED', 'REFUND_FAILED');--> statement-breakpoint
CREATE TYPE "public"."notification_status" AS ENUM('PENDING', 'SENT', 'FAILED', 'UNKNOWN');--> statement-breakpoint
ALTER TYPE "public"."ticket_event_type" ADD VALUE 'REFUND_PROCESSED';--> statement-breakpoint
ALTER TYPE "public"."ticket_event_type" ADD VALUE 'REFUND_FAILED';--> statement-breakpoint
ALTER TYPE "public"."ticket_event_type" ADD VALUE 'REFUND_RETRIED';--> statement-breakpoint
CREATE TABLE "notifications" (
	"user_id" text collate "C" NOT NULL,
	"ticket_id" text collate "C" NOT NULL,
	"event" "notification_event" NOT NULL,
	"channel" "notification_channel" NOT NULL,
	"status" "notification_status" DEFAULT 'PENDING' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_attempt_at" timestamp (3) with time zone,
	"lease" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"sent_at" timestamp (3) with time zone,
	"provider_id" text,
	"last_error" text,
	CONSTRAINT "notifications_user_id_ticket_id_event_channel_pk" PRIMARY KEY("user_id","ticket_id","event","channel"),
	CONSTRAINT "notifications_due_while_pending" CHECK (("notifications"."status" = 'PENDING') = ("notifications"."next_attempt_at" is not null)),
	CONSTRAINT "notifications_sent" CHECK (("notifications"."status" = 'SENT') = ("notifications"."sent_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"user_id" text collate "C" NOT NULL,
	"id" text collate "C" NOT NULL,
	"refund_id" text collate "C" NOT NULL,
	"type" text NOT NULL,
	"happened_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "webhook_events_user_id_id_pk" PRIMARY KEY("user_id","id")
);
--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "generation" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "first_sent_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "gateway_refund_id" text;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "gateway_updated_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "attempts" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "next_attempt_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "lease" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "lease_until" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "last_error" text;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_ticket_id_tickets_user_id_id_fk" FOREIGN KEY ("user_id","ticket_id") REFERENCES "public"."tickets"("user_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "notifications_due" ON "notifications" USING btree ("next_attempt_at") WHERE "notifications"."next_attempt_at" is not null;--> statement-breakpoint
CREATE INDEX "webhook_events_received" ON "webhook_events" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "refunds_due" ON "refunds" USING btree ("next_attempt_at") WHERE "refunds"."next_attempt_at" is not null;--> statement-breakpoint
UPDATE "refunds" SET "next_attempt_at" = "requested_at" WHERE "status" = 'PROCESSING';--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_due_while_processing" CHECK (("refunds"."status" = 'PROCESSING') = ("refunds"."next_attempt_at" is not null));--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_generation" CHECK ("refunds"."generation" > 0);