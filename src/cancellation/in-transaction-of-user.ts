import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { createTurnsOfUsers } from '../platform/db/turns-of-users.ts';

const inTurn = createTurnsOfUsers(1);

/**
 * Runs a transaction so that each user holds at most one connection of the pool. Cancellations of one user lock the
 * same rows: concurrent ones would occupy connections only to wait for each other, and other users would wait for
 * connections. A call keeps its place among all transactions while it waits here.
 *
 * @throws NoTurnError after 5 seconds of waiting
 */
export function inTransactionOfUser<Result>(
  db: Database,
  userId: string,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const since = performance.now();
  return inTurn(db, userId, () => inTransaction(db, work, since));
}
