import type postgres from 'postgres';

/**
 * A step that no table lock singles out: inside COMMIT. There a deferred trigger waits for an advisory lock that is usually
 * free. It is shared, so that triggers do not wait for each other.
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
