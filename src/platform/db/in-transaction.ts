import { setTimeout as sleep } from 'node:timers/promises';
import { databaseCode } from '../errors/database-fault.ts';
import type { Database, Transaction } from './database.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';
const TRIES = 3;
/** So that whoever the database preferred gets its locks before we ask for them again. Milliseconds. */
const PAUSE_MS = 20;

/**
 * Runs work in one READ COMMITTED transaction when its turn has come, again from its start when the database undid it
 * for the sake of another one. So the work must have no effect outside the transaction. Inside it no other transaction
 * may be awaited: with a pool of one connection both would wait for ever.
 *
 * @param since when it came, if it has waited elsewhere before, as `acquireWithTimeout` has it
 * @throws NoTurnError when too many transactions are under way
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
      const code = databaseCode(error);
      if (attempt === TRIES || (code !== SERIALIZATION_FAILURE && code !== DEADLOCK)) throw error;
      await sleep(PAUSE_MS);
    }
  }
}
