-- Where the tables are large: CREATE INDEX CONCURRENTLY of the same names first.
CREATE INDEX IF NOT EXISTS "shows_as_listed" ON "shows" USING btree ("id","start_time","end_time","movie_id","screen_id");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "tickets_as_listed" ON "tickets" USING btree ("user_id","booking_time","id","show_id","policy_id","status","total_amount");--> statement-breakpoint
-- As for ticket_seats: an index alone answers only for blocks that a vacuum has seen. Here rows change, too, once or twice.
ALTER TABLE "tickets" SET (autovacuum_vacuum_insert_scale_factor = 0.01, autovacuum_vacuum_scale_factor = 0.02);
