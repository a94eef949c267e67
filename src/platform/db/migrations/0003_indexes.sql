CREATE INDEX "cancellation_attempts_by_time" ON "cancellation_attempts" USING btree ("user_id","attempted_at");--> statement-breakpoint
CREATE INDEX "refunds_failed" ON "refunds" USING btree ("requested_at") WHERE "refunds"."status" = 'FAILED';--> statement-breakpoint
CREATE INDEX "tickets_by_booking_time" ON "tickets" USING btree ("user_id","booking_time","id");--> statement-breakpoint
DROP INDEX "cancellation_attempts_newest_first";--> statement-breakpoint
DROP INDEX "tickets_newest_first";