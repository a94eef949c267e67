import { Semaphore } from 'async-mutex';
import { acquireWithTimeout } from '../platform/db/acquire-with-timeout.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';

/** Milliseconds that a call waits for the calls of the same user before it. */
const PATIENCE_MS = 5_000;

interface Queue {
  turns: Semaphore;
  /** Who runs or waits; nobody: it can be forgotten. */
  callers: number;
}

const queues = new WeakMap<Database, Map<string, Queue>>();

/**
 * Of one user only one cancellation at a time holds a connection of a pool, however many are sent: they lock the same
 * rows, so they would only wait for each other there, and everybody else for them. A call that has waited for another one
 * of its user keeps its place among all the transactions.
 *
 * @throws NoTurnError when the others take too long
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
