import { readdir, readFile } from 'node:fs/promises';
import type { Sql } from 'postgres';

/** What a process holds at one moment. */
export interface Footprint {
  /** Resident memory, in megabytes. */
  memory: number;
  /** Open files and sockets. */
  descriptors: number;
  /** Of its user, in PostgreSQL. */
  connections: number;
}

export async function footprintOf(pid: number, sql: Sql, databaseUser: string): Promise<Footprint> {
  const [status, descriptors, [row]] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readdir(`/proc/${pid}/fd`),
    sql`select count(*)::int as count from pg_stat_activity where usename = ${databaseUser}`,
  ]);
  return {
    memory: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1_024,
    descriptors: descriptors.length,
    connections: row?.count ?? 0,
  };
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
