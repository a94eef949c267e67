import { NoTurnError } from '../errors/database-fault.ts';
import type { Database } from './database.ts';

/** How long work waits for earlier work of the same user. */
const PATIENCE_MS = 5_000;

interface Queue {
  /** Running work. At 0 the queue is deleted. */
  running: number;
  /** Begin the work that waits, the first come first. */
  waiting: (() => void)[];
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
    const queue = ofPool.get(userId) ?? { running: 0, waiting: [] };
    ofPool.set(userId, queue);
    // Most work is the only one of its user, and pays for no promise and no timer.
    if (queue.running < atOnce) queue.running += 1;
    else await placeIn(queue);
    try {
      return await work();
    } finally {
      const begin = queue.waiting.shift();
      if (begin) begin();
      else queue.running -= 1;
      if (queue.running === 0) ofPool.delete(userId);
    }
  };
}

/** Resolves when earlier work hands its place over. */
function placeIn({ waiting }: Queue): Promise<void> {
  return new Promise((resolve, reject) => {
    const begin = () => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(begin), 1);
      reject(new NoTurnError());
    }, PATIENCE_MS);
    waiting.push(begin);
  });
}
