import postgres from 'postgres';
import { inject } from 'vitest';

/** A connection from outside the API, to hold locks that the API must wait for. */
export interface Outsider {
  sql: postgres.Sql;
  /** Waits until so many statements of the API wait for a lock. */
  untilWaiting(count: number): Promise<void>;
  close(): Promise<void>;
}

const API = `
  select pid from pg_stat_activity where datname = current_database() and application_name = 'usher'`;
const WAITING = `select count(*)::int as waiting from pg_stat_activity where pid in (${API}) and wait_event_type = 'Lock'`;
/** There the wait is a worker's, for the connection that the API has at the coordinator. */
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
