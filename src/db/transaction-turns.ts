import { Semaphore, withTimeout } from 'async-mutex';
import { NoTurnError } from '../errors/database-fault.ts';

/** Milliseconds that a transaction waits for its turn. */
const PATIENCE_MS = 5_000;

/** Runs work when a connection is free for it, first come first served. */
export type TransactionTurns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * Transactions get at most half of a pool. A transaction may hold its connection while it waits for somebody else's
 * lock, seconds long; the other half is there for reads, which wait for nobody.
 *
 * The work is rejected with a NoTurnError, unbegun, when none of them ends in time.
 */
export function createTransactionTurns(poolSize: number): TransactionTurns {
  const turns = new Semaphore(Math.ceil(poolSize / 2));
  return (work) => withTimeout(turns, PATIENCE_MS, new NoTurnError()).runExclusive(work);
}
