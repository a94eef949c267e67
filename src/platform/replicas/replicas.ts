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

/** Standbys of the primary, to read from what need not be of this moment, but must not miss its reader's own doing. */
export interface Replicas {
  /** Does reads, and nothing else, on a replica, in turn; on the primary where there is none, or again when one fails. */
  read<Result>(work: (db: Database) => Promise<Result>): Promise<Result>;
  /** Has a transaction's commit wait until it is applied where reads may be. Sent with its first statements. */
  waitAtCommit(tx: Transaction): Promise<void>;
  /** Resolves when no read of any process can miss any more what was committed before. */
  haveApplied(): Promise<void>;
  close(): Promise<void>;
}

export interface ReplicasOptions {
  urls: readonly string[];
  /** Connections to each. */
  poolSize: number;
  /** The primary. */
  db: Database;
  log: Logger;
  metrics: Metrics;
}

/** A standby whose answer is under way usually has it when asked again. Milliseconds. */
const ASK_AGAIN_AFTER_MS = 5;

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
        log.debug({ err: error }, 'the primary could not be looked at');
        return null;
      });
      const isGap = !seen || seen.askedAt - (looks.at(-1)?.askedAt ?? 0) > BLIND_AFTER_MS;
      looks = isGap ? [] : looks.filter(({ askedAt }) => seen.askedAt - askedAt < LEASE_MS);
      if (seen) looks.push(seen);
      // One that does not answer keeps nobody waiting.
      for (const replica of replicas) void replica.prove([...looks]);
      await sleep(LOOK_EVERY_MS, undefined, { signal: closing.signal }).catch(() => {});
    }
  }

  return {
    read: async (work) => {
      const readable = replicas.filter(({ isReadable }) => isReadable());
      turn += 1;
      const answer = await readable[turn % readable.length]?.read(work);
      const elsewhere = readable.length > 0 ? 'retried' : 'primary';
      metrics.listReads.inc({ source: answer ? 'replica' : elsewhere });
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
        await sleep(ASK_AGAIN_AFTER_MS);
      }
    },
    close: async () => {
      closing.abort();
      await looking;
      await Promise.all(replicas.map((replica) => replica.close()));
    },
  };
}

/** One look at a time, for all who have asked before it began. */
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
