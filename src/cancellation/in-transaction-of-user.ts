import { Semaphore } from 'async-mutex';
import { acquireWithTimeout } from '../platform/db/acquire-with-timeout.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';

/** How long a call waits for earlier calls of the same user. */
const PATIENCE_MS = 5_000;

interface Queue {
  turns: Semaphore;
  /** Running and waiting calls. At 0 the queue is deleted. */
  callers: number;
}

const queues = new WeakMap<Database, Map<string, Queue>>();

/**
 * Runs a transaction so that each user holds at most one connection of the pool. Cancellations of one user lock the
 * same rows: concurrent ones would occupy connections only to wait for each other, and other users would wait for
 * connections. A call keeps its place among all transactions while it waits here.
 *
 * @throws NoTurnError after 5 seconds of waiting
 */
export async function inTransactionOfUser<Result>(
  db: Database,
  userId: string,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const since = performance.now();
  const ofPool = queues.get(db) ?? new Map<string, Queue>();
  queues.set(db, ofPool);
  const queue = ofPool.get(userId) ?? { turns: new Semaphore(1), callers: 0 };
  ofPool.set(userId, queue);
  queue.callers += 1;
  try {
    return await acquireWithTimeout(queue.turns, PATIENCE_MS, () => inTransaction(db, work, since));
  } finally {
    queue.callers -= 1;
    if (queue.callers === 0) ofPool.delete(userId);
  }
}
