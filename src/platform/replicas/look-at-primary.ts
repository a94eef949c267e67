import { sql } from 'drizzle-orm';
import type { Database } from '../db/database.ts';
import { alwaysWaitedFor } from './standby-names.ts';

/** The state of the primary and its standbys at one moment. */
export interface PrimaryLook {
  /** `performance.now()` before and after the query. */
  askedAt: number;
  answeredAt: number;
  /** The system identifier, which all standbys share. */
  system: string;
  /** Changes with each promotion. */
  timeline: number;
  /** The flushed WAL position (LSN). It covers every commit that was acknowledged before the query. */
  written: bigint;
  /** By application_name in lower case. Standbys that share a name are left out. */
  standbys: ReadonlyMap<string, FollowingStandby>;
  /** Whether the role lacks the right to see the standbys. */
  isHidden: boolean;
}

export interface FollowingStandby {
  /** The process id of its WAL sender. It changes when the standby reconnects. */
  pid: number;
  /** The WAL position (LSN) that its queries see. */
  applied: bigint;
  /** Whether every commit waits for it, by synchronous_standby_names. */
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

/** @throws if the server is not a primary */
export async function lookAtPrimary(db: Database): Promise<PrimaryLook> {
  const askedAt = performance.now();
  const [row] = await db.execute<LookRow>(LOOK);
  if (!row) throw new Error('a select without a from clause returns a row');
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
