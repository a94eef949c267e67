import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';

/** The state of a standby at one moment. */
export interface ReplicaLook {
  system: string;
  /** The application_name by which it follows a primary, and that primary's timeline. Null if it follows none. */
  following: { name: string; timeline: number } | null;
  /** The WAL position (LSN) that its queries see. */
  applied: bigint;
}

const LOOK = sql`
  select
    system_identifier::text as system,
    (pg_last_wal_replay_lsn() - '0/0')::text as applied,
    pg_is_in_recovery() and receiver.status = 'streaming' as "isFollowing",
    receiver.received_tli as timeline,
    receiver.conninfo
  from pg_control_system() left join pg_stat_wal_receiver receiver on true`;

interface LookRow extends Record<string, unknown> {
  system: string;
  applied: string | null;
  isFollowing: boolean | null;
  timeline: number | null;
  conninfo: string | null;
}

export async function lookAtReplica(db: Database): Promise<ReplicaLook> {
  const [row] = await db.execute<LookRow>(LOOK);
  if (!row) throw new Error('pg_control_system() returns a row');
  const name = applicationName(row.conninfo ?? '');
  return {
    system: row.system,
    following: row.isFollowing && name !== null ? { name, timeline: row.timeline ?? 0 } : null,
    applied: BigInt(row.applied ?? 0),
  };
}

/** The application_name of a connection string, in lower case. */
function applicationName(conninfo: string): string | null {
  const read = (key: string) =>
    new RegExp(`(?:^|\\s)${key}=(?:'((?:[^'\\\\]|\\\\.)*)'|(\\S+))`).exec(conninfo)?.slice(1).join('');
  const name = read('application_name') ?? read('fallback_application_name');
  return name?.replaceAll(/\\(.)/g, '$1').toLowerCase() ?? null;
}
