-- Where the table is large: CREATE INDEX CONCURRENTLY of the same name first.
CREATE INDEX IF NOT EXISTS "ticket_seats_by_label" ON "ticket_seats" USING btree ("user_id","ticket_id","row","number");--> statement-breakpoint
-- An index alone answers only for blocks that a vacuum has seen; by default it comes when a fifth is new: the tickets that people look at.
ALTER TABLE "ticket_seats" SET (autovacuum_vacuum_insert_scale_factor = 0.01);
