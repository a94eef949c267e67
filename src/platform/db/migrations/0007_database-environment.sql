CREATE TABLE IF NOT EXISTS "database_environment" (
	"is_only" boolean PRIMARY KEY DEFAULT true NOT NULL,
	"environment" text NOT NULL,
	"set_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "database_environment_one_row" CHECK ("database_environment"."is_only"),
	CONSTRAINT "database_environment_known" CHECK ("database_environment"."environment" in ('development', 'production'))
);
