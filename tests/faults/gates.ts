import type postgres from 'postgres';

/**
 * Two steps that no table lock singles out: inside the statement that writes the jobs, and inside COMMIT. There a trigger
 * waits for an advisory lock that is usually free. It is shared, so that triggers do not wait for each other.
 */
export async function buildGates(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create function fault_gate() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(tg_argv[0]::int); return new; end $$;
    create trigger inside_jobs before insert on graphile_worker._private_jobs
      for each row when (new.payload::text like '%TICKET_CANCELLED%') execute function fault_gate(7001);
    create constraint trigger inside_commit after insert on idempotency_keys deferrable initially deferred
      for each row execute function fault_gate(7002)`);
}

export const shutGate = {
  insideJobs: 'select pg_advisory_xact_lock(7001)',
  insideCommit: 'select pg_advisory_xact_lock(7002)',
};
