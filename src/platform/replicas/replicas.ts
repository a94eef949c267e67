import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import type { Database, Transaction } from '../db/database.ts';
import { sqlStatement } from '../db/statement.ts';
import { addGauge } from '../telemetry/gauge.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { createLeaseHolders } from './lease-holders.ts';
import { BLIND_AFTER_MS, LEASE_IS_OVER_MS, LEASE_MS, LOOK_EVERY_MS } from './leases.ts';
import { lookAtPrimary, type PrimaryLook } from './look-at-primary.ts';
import { openReplica } from './replica.ts';

/** Reads from standbys. A reader may see data of a moment ago, but never misses its own cancellations. */
export interface Replicas {
  /** Runs read-only work on the replicas in rotation. Without one, or if one fails, it runs on the primary. */
  read<Result>(work: (db: Database) => Promise<Result>): Promise<Result>;
  /** Makes the commit wait until synchronous standbys have applied it. Pipelined with the first statements. */
  waitAtCommit(tx: Transaction): Promise<void>;
  /** Resolves once no read of any process can miss what was committed before the call. */
  haveApplied(): Promise<void>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  urls: readonly string[];
  /** Connections to each replica. */
  poolSize: number;
  /** The primary. */
  db: Database;
  log: Logger;
  metrics: Metrics;
}

/** A standby usually applies a commit within this time. */
const LOOK_AGAIN_AFTER_MS = 5;

const commitWhenApplied = sqlStatement(
  'commit_when_applied',
  sql`set local synchronous_commit = remote_apply`,
);

export function openReplicas({ urls, poolSize, db, log, metrics }: ReplicasOptions): Replicas {
  const replicas = urls.map((url) => openReplica(url, poolSize, log));
  const leaseHolders = createLeaseHolders();
  const look = shareLooks(async () => {
    const seen = await lookAtPrimary(db);
    leaseHolders.observe(seen);
    return seen;
  });
  const closing = new AbortController();
  const looking = keepLooking();
  let turn = 0;
  addGauge(
    metrics.registry,
    'usher_replicas_readable',
    'Replicas that this process reads lists from.',
    () => replicas.filter(({ isReadable }) => isReadable()).length,
  );

  async function keepLooking(): Promise<void> {
    let looks: PrimaryLook[] = [];
    while (!closing.signal.aborted) {
      const seen = await look().catch((error: unknown) => {
        log.debug({ err: error }, 'the primary does not answer');
        return null;
      });
      const isGap = !seen || seen.askedAt - (looks.at(-1)?.askedAt ?? 0) > BLIND_AFTER_MS;
      looks = isGap ? [] : looks.filter(({ askedAt }) => seen.askedAt - askedAt < LEASE_MS);
      if (seen) looks.push(seen);
      // Not awaited: a replica that hangs must not delay the others.
      for (const replica of replicas) void replica.renewLease([...looks]);
      await sleep(LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    read: async (work) => {
      const readable = replicas.filter(({ isReadable }) => isReadable());
      turn += 1;
      const answer = await readable[turn % readable.length]?.read(work);
      const fallback = readable.length > 0 ? 'retried' : 'primary';
      metrics.listReads.inc({ source: answer ? 'replica' : fallback });
      return answer ? answer.result : work(db);
    },
    waitAtCommit: async (tx) => {
      await commitWhenApplied(tx);
    },
    haveApplied: async () => {
      const leasesAreOverAt = performance.now() + LEASE_IS_OVER_MS;
      let written: bigint | null = null;
      while (performance.now() < leasesAreOverAt) {
        const seen = await look().catch(() => null);
        written ??= seen?.written ?? null;
        if (seen && written !== null && leaseHolders.haveApplied(written)) return;
        await sleep(LOOK_AGAIN_AFTER_MS);
      }
    },
    close: async () => {
      closing.abort();
      await looking;
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

/** Runs one look at a time. All callers that came before it began share it. */
function shareLooks(look: () => Promise<PrimaryLook>): () => Promise<PrimaryLook> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<PrimaryLook> | null = null;
  return () => {
    next ??= underWay.then(() => {
      next = null;
      const begun = look();
      underWay = begun.catch(() => {});
      return begun;
    });
    return next;
  };
}
