import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { alwaysWaitedFor } from './standby-names.ts';

/** What the primary says at one moment of itself and of those that follow it. */
export interface PrimaryLook {
  /** When it was asked and when it had answered, by performance.now(). */
  askedAt: number;
  answeredAt: number;
  /** The database's, the same on all its standbys; and that of its history, another after each promotion. */
  system: string;
  timeline: number;
  /** Every commit that was acknowledged before the look is no further in the log than that. */
  written: bigint;
  /** By name, in lower case. Where two have the same name, none of them is here. */
  standbys: ReadonlyMap<string, FollowingStandby>;
  /** Whether we may not see who they are. */
  isHidden: boolean;
}

export interface FollowingStandby {
  /** Of the connection that it follows by: another number is another connection. */
  pid: number;
  /** Up to where its queries see the log. */
  applied: bigint;
  /** Whether every commit waits for it. */
  isWaitedFor: boolean;
}

const LOOK = sql`
  select
    (select system_identifier::text from pg_control_system()) as system,
    pg_walfile_name(pg_current_wal_lsn()) as file,
    (pg_current_wal_flush_lsn() - '0/0')::text as written,
    current_setting('synchronous_standby_names') as names,
    (select coalesce(json_agg(json_build_object(
        'name', lower(application_name), 'pid', pid, 'applied', (replay_lsn - '0/0')::text,
        'isSynchronous', sync_state in ('sync', 'quorum'))), '[]')
      from pg_stat_replication where state = 'streaming') as standbys,
    exists (select from pg_stat_replication where state is null) as "isHidden"`;

interface LookRow extends Record<string, unknown> {
  system: string;
  file: string;
  written: string;
  names: string;
  isHidden: boolean;
  standbys: { name: string; pid: number; applied: string | null; isSynchronous: boolean }[];
}

/** @throws on a server that is no primary */
export async function lookAtPrimary(db: Database): Promise<PrimaryLook> {
  const askedAt = performance.now();
  const [row] = await db.execute<LookRow>(LOOK);
  if (!row) throw new Error('a select without a from gives a row');
  const waitedFor = alwaysWaitedFor(row.names);
  const standbys = new Map<string, FollowingStandby>();
  for (const { name, pid, applied, isSynchronous } of row.standbys) {
    if (row.standbys.some((other) => other.name === name && other.pid !== pid)) continue;
    const isWaitedFor = isSynchronous && waitedFor.has(name);
    standbys.set(name, { pid, applied: BigInt(applied ?? 0), isWaitedFor });
  }
  return {
    askedAt,
    answeredAt: performance.now(),
    system: row.system,
    timeline: Number.parseInt(row.file.slice(0, 8), 16),
    written: BigInt(row.written),
    standbys,
    isHidden: row.isHidden,
  };
}
