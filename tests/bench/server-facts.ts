import type { BenchDatabase } from './bench-database.ts';

/** Returns the id of the postmaster process. */
export async function findServerPid({ sql }: BenchDatabase): Promise<number> {
  const [row] = await sql`select split_part(pg_read_file('postmaster.pid'), E'\n', 1)::int as pid`;
  return row?.pid;
}

export async function readVersions({ sql }: BenchDatabase): Promise<string> {
  const [row] = await sql`
    select current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as synchronous_commit`;
  return `Node ${process.versions.node}, PostgreSQL ${row?.version} (fsync ${row?.fsync}, synchronous_commit ${row?.synchronous_commit})`;
}
