import type { Logger } from 'pino';
import { type Database, openDatabase } from '../db/database.ts';
import { databaseCode } from '../errors/database-fault.ts';
import { LEASE_MS, STEADY_AFTER_MS } from './leases.ts';
import type { PrimaryLook } from './look-at-primary.ts';
import { lookAtReplica, type ReplicaLook } from './look-at-replica.ts';

/** Lists take a few milliseconds: who waits longer is better served by the primary. Milliseconds. */
const PATIENCE_MS = 1_000;

/** Told to nobody: it will soon be read, or something else will be told. */
const JUST_COME = 'it has been followed for a moment only';

export interface Replica {
  isReadable(): boolean;
  /** Null when it is not to be relied upon: what was read has to be read from the primary. */
  read<Result>(work: (db: Database) => Promise<Result>): Promise<{ result: Result } | null>;
  /**
   * Asks the replica whether it may be read from now on.
   *
   * @param looks at the primary in their order, without a gap, of the time that a lease lasts
   */
  prove(looks: readonly PrimaryLook[]): Promise<void>;
  close(): Promise<void>;
}

/** One standby, and the lease that this process has of it. */
export function openReplica(url: string, poolSize: number, log: Logger): Replica {
  const { db, close } = openDatabase({ url, poolSize });
  const replica = new URL(url).host;
  let leaseUntil = Number.NEGATIVE_INFINITY;
  let isProving = false;
  let isClosed = false;
  /** What the log was told last; null: that it is read. */
  let told: string | null | undefined;

  const tell = (reason: string | null) => {
    if (isClosed || reason === told || reason === JUST_COME) return;
    told = reason;
    if (reason === null) log.info({ replica }, 'lists are read from a replica');
    else log.warn({ replica, reason }, 'lists are not read from a replica');
  };

  /** The end of the lease that these looks give, or why there is none. */
  function judge(
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
    if (!isSteady || primary.askedAt - first.askedAt < STEADY_AFTER_MS) return JUST_COME;
    const proof = looks.findLast(({ written }) => written <= applied);
    return proof ? proof.askedAt + LEASE_MS : 'it has not applied for seconds what the primary writes';
  }

  return {
    isReadable: () => performance.now() < leaseUntil,
    read: async (work) => {
      const patience = Math.min(PATIENCE_MS, leaseUntil - performance.now());
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<null>((resolve) => {
        timer = setTimeout(resolve, patience, null);
      });
      const reading = work(db).then((result) => ({ result }));
      // Its answer may come when nobody waits for it any more.
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
      // Until it is proved again.
      leaseUntil = Number.NEGATIVE_INFINITY;
      return null;
    },
    prove: async (looks) => {
      if (isProving) return;
      isProving = true;
      try {
        const verdict = judge(looks, await lookAtReplica(db));
        const isGood = typeof verdict === 'number';
        leaseUntil = isGood ? verdict : Number.NEGATIVE_INFINITY;
        tell(isGood ? null : verdict);
      } catch (error) {
        leaseUntil = Number.NEGATIVE_INFINITY;
        tell(`it does not answer (${databaseCode(error)})`);
      } finally {
        isProving = false;
      }
    },
    close: () => {
      isClosed = true;
      return close();
    },
  };
}
