-- Tickets before shows, as every other transaction locks them. Where the tables are large: add the columns and CREATE
-- INDEX CONCURRENTLY of the same names first. The copies in existing tickets are filled after this migration, in
-- batches (src/platform/db/fill-list-copies.ts).
DROP INDEX IF EXISTS "tickets_by_booking_time";--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN IF NOT EXISTS "listed_start" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "tickets" ADD COLUMN IF NOT EXISTS "listed_end" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN IF NOT EXISTS "listed_start" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "shows" ADD COLUMN IF NOT EXISTS "listed_end" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "tickets_by_show_time" ON "tickets" USING btree ("user_id","listed_start","id","listed_end","show_id","policy_id","status","booking_time","total_amount");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "tickets_by_amount" ON "tickets" USING btree ("user_id","total_amount","id","show_id","policy_id","status","booking_time");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "tickets_by_status" ON "tickets" USING btree ("user_id","status","booking_time","id","show_id","policy_id","total_amount");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "tickets_of_show" ON "tickets" USING btree ("show_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "tickets_unlisted" ON "tickets" USING btree ("user_id") WHERE "tickets"."listed_start" is null;--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "shows_to_list" ON "shows" USING btree ("id") WHERE ("shows"."listed_start", "shows"."listed_end") is distinct from ("shows"."start_time", "shows"."end_time");--> statement-breakpoint
-- With the rights of the tables' owner: a service that sells tickets need not read shows.
CREATE OR REPLACE FUNCTION "fill_list_copies"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
	SELECT start_time, end_time INTO NEW.listed_start, NEW.listed_end FROM public.shows WHERE id = NEW.show_id;
	RETURN NEW;
END $$;--> statement-breakpoint
-- Citus allows no trigger on distributed tables: there the writers fill the copies (docs/writers.md).
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
		CREATE OR REPLACE TRIGGER "tickets_fill_list_copies" BEFORE INSERT ON "tickets" FOR EACH ROW EXECUTE FUNCTION "fill_list_copies"();
	END IF;
END $$;
