import { Semaphore } from 'async-mutex';
import { acquireWithTimeout } from './acquire-with-timeout.ts';
import type { Database } from './database.ts';

/** How long work waits for earlier work of the same user. */
const PATIENCE_MS = 5_000;

interface Queue {
  turns: Semaphore;
  /** Running and waiting work. At 0 the queue is deleted. */
  callers: number;
}

/**
 * Runs work of a user on a pool, first come first served.
 *
 * @throws NoTurnError after 5 seconds of waiting; the work has not begun
 */
export type TurnsOfUsers = <Result>(
  db: Database,
  userId: string,
  work: () => Promise<Result>,
) => Promise<Result>;

/**
 * Limits how much work each user has on a pool concurrently, so that one user cannot occupy all its connections. The
 * rest waits in this process, where it can still be given up.
 */
export function createTurnsOfUsers(atOnce: number): TurnsOfUsers {
  const pools = new WeakMap<Database, Map<string, Queue>>();
  return async (db, userId, work) => {
    const ofPool = pools.get(db) ?? new Map<string, Queue>();
    pools.set(db, ofPool);
    const queue = ofPool.get(userId) ?? { turns: new Semaphore(atOnce), callers: 0 };
    ofPool.set(userId, queue);
    queue.callers += 1;
    try {
      return await acquireWithTimeout(queue.turns, PATIENCE_MS, work);
    } finally {
      queue.callers -= 1;
      if (queue.callers === 0) ofPool.delete(userId);
    }
  };
}
