-- Where these tables are large: CREATE INDEX CONCURRENTLY of the same names first.
CREATE INDEX IF NOT EXISTS "cancellation_attempts_by_age" ON "cancellation_attempts" USING btree ("attempted_at");--> statement-breakpoint
CREATE INDEX IF NOT EXISTS "idempotency_keys_by_age" ON "idempotency_keys" USING btree ("created_at");
