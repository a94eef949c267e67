-- The rights of two roles that own nothing: usher_api for ROLE=api, usher_worker for ROLE=worker.
-- Make them once (CREATE ROLE usher_api LOGIN PASSWORD ...), then run this file as the owner of the tables, after
-- every `migrate`: psql "$OWNER_URL" --set ON_ERROR_STOP=1 --single-transaction --file ops/grants.sql
-- Written from src/platform/db/rights.ts by `npm run grants`.

GRANT USAGE ON SCHEMA public, drizzle, graphile_worker TO usher_api, usher_worker;

GRANT SELECT ON
  public.database_environment,
  drizzle.__drizzle_migrations,
  graphile_worker.migrations,
  public.cities,
  public.theaters,
  public.screens,
  public.movies,
  public.shows,
  public.cancellation_policies,
  public.seats,
  public.users,
  public.tickets,
  public.ticket_seats,
  public.ticket_events,
  public.payments,
  public.refunds,
  public.show_seats,
  public.cancellation_attempts,
  public.idempotency_keys,
  public.webhook_events,
  public.notifications,
  graphile_worker._private_jobs,
  graphile_worker._private_job_queues,
  graphile_worker._private_tasks
  TO usher_api;
GRANT INSERT ON
  public.cancellation_attempts,
  public.idempotency_keys,
  public.refunds,
  public.ticket_events,
  public.notifications,
  public.webhook_events,
  graphile_worker._private_jobs,
  graphile_worker._private_job_queues,
  graphile_worker._private_tasks
  TO usher_api;
GRANT UPDATE ON
  public.tickets,
  public.show_seats,
  public.payments,
  public.refunds,
  public.notifications,
  graphile_worker._private_jobs
  TO usher_api;
GRANT UPDATE (locale) ON
  public.users
  TO usher_api;
GRANT UPDATE (cancelled_at) ON
  public.ticket_seats
  TO usher_api;
GRANT UPDATE (refund_id) ON
  public.ticket_seats
  TO usher_api;

GRANT SELECT ON
  public.database_environment,
  drizzle.__drizzle_migrations,
  graphile_worker.migrations,
  public.cities,
  public.theaters,
  public.screens,
  public.movies,
  public.shows,
  public.cancellation_policies,
  public.users,
  public.tickets,
  public.ticket_seats,
  public.ticket_events,
  public.payments,
  public.refunds,
  public.show_seats,
  public.notifications,
  public.webhook_events,
  public.cancellation_attempts,
  public.idempotency_keys,
  graphile_worker.jobs,
  graphile_worker._private_jobs,
  graphile_worker._private_job_queues,
  graphile_worker._private_tasks,
  graphile_worker._private_known_crontabs
  TO usher_worker;
GRANT INSERT ON
  public.ticket_events,
  public.notifications,
  graphile_worker._private_jobs,
  graphile_worker._private_job_queues,
  graphile_worker._private_tasks,
  graphile_worker._private_known_crontabs
  TO usher_worker;
GRANT UPDATE ON
  public.tickets,
  public.show_seats,
  public.refunds,
  public.notifications,
  graphile_worker._private_jobs,
  graphile_worker._private_job_queues,
  graphile_worker._private_tasks,
  graphile_worker._private_known_crontabs
  TO usher_worker;
GRANT UPDATE (listed_start) ON
  public.shows
  TO usher_worker;
GRANT UPDATE (listed_end) ON
  public.shows
  TO usher_worker;
GRANT DELETE ON
  public.cancellation_attempts,
  public.idempotency_keys,
  public.webhook_events,
  graphile_worker._private_jobs,
  graphile_worker._private_job_queues,
  graphile_worker._private_tasks,
  graphile_worker._private_known_crontabs
  TO usher_worker;

-- graphile-worker puts its tables under row-level security: without a policy these roles would see no job.
DROP POLICY IF EXISTS usher ON graphile_worker._private_jobs;
CREATE POLICY usher ON graphile_worker._private_jobs TO usher_api, usher_worker USING (true);
DROP POLICY IF EXISTS usher ON graphile_worker._private_job_queues;
CREATE POLICY usher ON graphile_worker._private_job_queues TO usher_api, usher_worker USING (true);
DROP POLICY IF EXISTS usher ON graphile_worker._private_tasks;
CREATE POLICY usher ON graphile_worker._private_tasks TO usher_api, usher_worker USING (true);
DROP POLICY IF EXISTS usher ON graphile_worker._private_known_crontabs;
CREATE POLICY usher ON graphile_worker._private_known_crontabs TO usher_api, usher_worker USING (true);
