import { Semaphore } from 'async-mutex';
import { inTurn } from './in-turn.ts';

/** Milliseconds that a transaction waits for its turn. */
const PATIENCE_MS = 5_000;

/** Runs work when a connection is free for it, first come first served. */
export type TransactionTurns = <Result>(work: () => Promise<Result>) => Promise<Result>;

/**
 * As many transactions as have a connection each; the others wait here, not in the driver, where nothing ends their wait.
 *
 * The work is rejected with a NoTurnError, unbegun, when none of them ends in time.
 */
export function createTransactionTurns(connections: number): TransactionTurns {
  const turns = new Semaphore(connections);
  return (work) => inTurn(turns, PATIENCE_MS, work);
}
