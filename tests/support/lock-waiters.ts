import postgres from 'postgres';

/** A connection from outside the API, to hold locks that the API must wait for. */
export interface Outsider {
  sql: postgres.Sql;
  /** Waits until so many statements of the API wait for a lock. */
  untilWaiting(count: number): Promise<void>;
  close(): Promise<void>;
}

export function connectOutsider(url: string): Outsider {
  const sql = postgres(url, { max: 3, onnotice: () => {} });
  return {
    sql,
    untilWaiting: async (count) => {
      for (;;) {
        const [row] = await sql`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and application_name = 'usher' and wait_event_type = 'Lock'`;
        if (row?.waiting >= count) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () => sql.end(),
  };
}
