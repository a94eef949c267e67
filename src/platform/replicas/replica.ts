import type { Logger } from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { databaseCode } from '../errors/database-fault.ts';
import { LEASE_MS, STEADY_AFTER_MS } from './leases.ts';
import type { PrimaryLook } from './look-at-primary.ts';
import { lookAtReplica, type ReplicaLook } from './look-at-replica.ts';

/** Lists take a few milliseconds, so after this time the primary answers sooner. */
const TIMEOUT_MS = 1_000;

/** Not logged: a moment later it is read, or there is another reason. */
const TOO_RECENT = 'it has been followed for a moment only';

export interface Replica {
  isReadable(): boolean;
  /** Null if the replica failed or lost its lease meanwhile. The caller has to read from the primary then. */
  read<Result>(work: (db: Database) => Promise<Result>): Promise<{ result: Result } | null>;
  /**
   * Looks at the replica, and renews its lease if it may be read.
   *
   * @param looks the looks at the primary of the last LEASE_MS, oldest first, without a gap
   */
  renewLease(looks: readonly PrimaryLook[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a standby, with the lease that this process holds on it. */
export function openReplica(url: string, poolSize: number, log: Logger): Replica {
  const { db, close } = openDatabase({ url, poolSize });
  const replica = new URL(url).host;
  let leaseUntil = Number.NEGATIVE_INFINITY;
  let isRenewing = false;
  let isClosed = false;
  /** The last logged reason; null if the last line said that it is read. */
  let logged: string | null | undefined;

  const logState = (reason: string | null) => {
    if (isClosed || reason === logged || reason === TOO_RECENT) return;
    logged = reason;
    if (reason === null) log.info({ replica }, 'lists are read from a replica');
    else log.warn({ replica, reason }, 'lists are not read from a replica');
  };

  /** @returns the end of the new lease by `performance.now()`, or the reason why there is none */
  function leaseEnd(
    looks: readonly PrimaryLook[],
    { system, following, applied }: ReplicaLook,
  ): number | string {
    const [first, primary] = [looks.at(0), looks.at(-1)];
    if (!first || !primary) return 'the primary does not answer';
    if (system !== primary.system) return 'it is of another database';
    if (!following) return 'it follows no primary, or the role may not read pg_stat_wal_receiver there';
    if (primary.isHidden) return 'the role may not read pg_stat_replication: grant pg_read_all_stats';
    const standby = primary.standbys.get(following.name);
    if (!standby || following.timeline !== primary.timeline)
      return 'the primary knows of no standby, or of several, with its application_name';
    if (!standby.isWaitedFor)
      return "commits need not wait for it by the primary's synchronous_standby_names";
    const isSteady = looks.every(({ timeline, standbys }) => {
      const then = standbys.get(following.name);
      return timeline === primary.timeline && then?.pid === standby.pid && then.isWaitedFor;
    });
    if (!isSteady || primary.askedAt - first.askedAt < STEADY_AFTER_MS) return TOO_RECENT;
    const proof = looks.findLast(({ written }) => written <= applied);
    return proof ? proof.askedAt + LEASE_MS : 'it has not applied for seconds what the primary writes';
  }

  return {
    isReadable: () => performance.now() < leaseUntil,
    read: async (work) => {
      const timeout = Math.min(TIMEOUT_MS, leaseUntil - performance.now());
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(resolve, timeout, null);
      });
      const reading = work(db).then((result) => ({ result }));
      // It may fail after the timeout.
      reading.catch(() => {});
      try {
        const answer = await Promise.race([reading, late]);
        if (answer !== null && performance.now() < leaseUntil) return answer;
        log.debug({ replica }, 'a replica took too long');
      } catch (error) {
        if (databaseCode(error) === null) throw error;
        log.debug({ replica, err: error }, 'a replica could not answer');
      } finally {
        clearTimeout(timer);
      }
      // Not read again until the lease is renewed.
      leaseUntil = Number.NEGATIVE_INFINITY;
      return null;
    },
    renewLease: async (looks) => {
      if (isRenewing) return;
      isRenewing = true;
      try {
        const verdict = leaseEnd(looks, await lookAtReplica(db));
        const isGood = typeof verdict === 'number';
        leaseUntil = isGood ? verdict : Number.NEGATIVE_INFINITY;
        logState(isGood ? null : verdict);
      } catch (error) {
        leaseUntil = Number.NEGATIVE_INFINITY;
        logState(`it does not answer (${databaseCode(error)})`);
      } finally {
        isRenewing = false;
      }
    },
    close: () => {
      isClosed = true;
      return close();
    },
  };
}
