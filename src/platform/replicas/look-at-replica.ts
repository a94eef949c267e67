import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';

/** What a standby says of itself. */
export interface ReplicaLook {
  system: string;
  /** Null while it follows nobody. */
  following: { name: string; timeline: number } | null;
  /** Up to where its queries see the log. */
  applied: bigint;
}

const LOOK = sql`
  select
    system_identifier::text as system,
    (pg_last_wal_replay_lsn() - '0/0')::text as applied,
    pg_is_in_recovery() and receiver.status = 'streaming' as "isFollowing",
    receiver.received_tli as timeline,
    receiver.conninfo as way
  from pg_control_system() left join pg_stat_wal_receiver receiver on true`;

interface LookRow extends Record<string, unknown> {
  system: string;
  applied: string | null;
  isFollowing: boolean | null;
  timeline: number | null;
  way: string | null;
}

export async function lookAtReplica(db: Database): Promise<ReplicaLook> {
  const [row] = await db.execute<LookRow>(LOOK);
  if (!row) throw new Error('the control data has a row');
  const name = nameIn(row.way ?? '');
  return {
    system: row.system,
    following: row.isFollowing && name !== null ? { name, timeline: row.timeline ?? 0 } : null,
    applied: BigInt(row.applied ?? 0),
  };
}

/** What a connection string has the server call the client, in lower case. */
function nameIn(way: string): string | null {
  const read = (key: string) =>
    new RegExp(`(?:^|\\s)${key}=(?:'((?:[^'\\\\]|\\\\.)*)'|(\\S+))`).exec(way)?.slice(1).join('');
  const name = read('application_name') ?? read('fallback_application_name');
  return name?.replaceAll(/\\(.)/g, '$1').toLowerCase() ?? null;
}
