import postgres from 'postgres';
import { inject } from 'vitest';

/** A connection outside the API. It holds locks that the API must wait for. */
export interface Outsider {
  sql: postgres.Sql;
  /** Waits until the given number of statements of the API wait for a lock. */
  untilWaiting(count: number): Promise<void>;
  close(): Promise<void>;
}

const API = `
  select pid from pg_stat_activity where datname = current_database() and application_name = 'usher'`;
const WAITING = `select count(*)::int as waiting from pg_stat_activity where pid in (${API}) and wait_event_type = 'Lock'`;
/** On Citus a worker waits for the lock, on behalf of the API's connection to the coordinator. */
const WAITING_ON_CITUS = `
  select count(distinct waiting_gpid)::int as waiting from citus_lock_waits
  where citus_pid_for_gpid(waiting_gpid) in (${API})`;

export function connectOutsider(url: string): Outsider {
  const sql = postgres(url, { max: 3, onnotice: () => {} });
  return {
    sql,
    untilWaiting: async (count) => {
      for (;;) {
        const [row] = await sql.unsafe(inject('citusUrl') === undefined ? WAITING : WAITING_ON_CITUS);
        if (row?.waiting >= count) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () => sql.end(),
  };
}
