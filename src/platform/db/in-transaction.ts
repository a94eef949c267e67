import { setTimeout as sleep } from 'node:timers/promises';
import { databaseCode, isStaleStatement } from '../errors/database-fault.ts';
import type { Database, Transaction } from './database.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const MAX_ATTEMPTS = 3;
/** Milliseconds, so that the other transaction gets its locks before we request them again. */
const PAUSE_MS = 20;

/**
 * Runs work in one READ COMMITTED transaction as soon as a connection is free. After a deadlock or serialization
 * failure, or when a statement was prepared before a table changed, the work runs again from its start, so it must have
 * no effect outside the transaction. It must not await another transaction, which may find no free connection.
 *
 * @param since that of `acquireWithTimeout`
 * @throws NoTurnError if no connection is free within five seconds
 */
export function inTransaction<Result>(
  db: Database,
  work: (tx: Transaction) => Promise<Result>,
  since?: number,
): Promise<Result> {
  return db.transactionLimiter(() => tryTransaction(db, work), since);
}

async function tryTransaction<Result>(
  db: Database,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction(work);
    } catch (error) {
      if (attempt === MAX_ATTEMPTS) throw error;
      // The driver has forgotten what it prepared, on all connections: nothing to wait for.
      if (isStaleStatement(error)) continue;
      const code = databaseCode(error);
      if (code !== SERIALIZATION_FAILURE && code !== DEADLOCK) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
