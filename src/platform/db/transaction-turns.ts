import { Semaphore } from 'async-mutex';
import { databaseCode } from '../errors/database-fault.ts';
import { inTurn } from './in-turn.ts';

/** Milliseconds that a transaction waits for its turn. */
const PATIENCE_MS = 5_000;

/** Runs work when a connection is free for it, first come first served; `since` is when it came, as `inTurn` has it. */
export type TransactionTurns = <Result>(work: () => Promise<Result>, since?: number) => Promise<Result>;

/**
 * As many transactions as have a connection each; the others wait here, not in the driver, where nothing ends their wait.
 *
 * The work is rejected with a NoTurnError, unbegun, when none of them ends in time.
 *
 * @param isLeft resolves when the server has ended what we gave up after a silence: until then the turn is not over
 */
export function createTransactionTurns(connections: number, isLeft: () => Promise<void>): TransactionTurns {
  const turns = new Semaphore(connections);
  return (work, since) =>
    new Promise((resolve, reject) => {
      const turn = async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
          if (databaseCode(error) === 'ETIMEDOUT') await isLeft();
        }
      };
      inTurn(turns, PATIENCE_MS, turn, since).catch(reject);
    });
}
