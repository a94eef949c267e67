import type postgres from 'postgres';

/**
 * Stops a cancellation inside COMMIT, which no table lock can do. A deferred trigger waits for an advisory lock that is
 * usually free. The triggers take it in shared mode, so that they do not wait for each other.
 */
export async function buildGates(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create function fault_gate() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(7002); return new; end $$;
    create constraint trigger inside_commit after insert on idempotency_keys deferrable initially deferred
      for each row execute function fault_gate()`);
}

/** Holds every COMMIT of a cancellation with a key. */
export const insideCommit = 'select pg_advisory_xact_lock(7002)';
