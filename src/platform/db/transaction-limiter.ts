import { Semaphore } from 'async-mutex';
import { databaseCode } from '../errors/database-fault.ts';
import { acquireWithTimeout } from './acquire-with-timeout.ts';

/** How long a transaction waits for a connection. */
const TIMEOUT_MS = 5_000;

/** Runs work when a connection is free for it, first come first served. `since` is that of `acquireWithTimeout`. */
export type TransactionLimiter = <Result>(work: () => Promise<Result>, since?: number) => Promise<Result>;

/**
 * Runs at most one transaction for each connection. The others wait here and not in the driver, which has no time-out
 * for them.
 *
 * The limiter rejects with a NoTurnError when no connection is free in time; the work has not begun.
 *
 * @param waitUntilEnded resolves when the server has ended the transactions that we gave up after a silence; a
 *   transaction that was given up counts until then
 */
export function createTransactionLimiter(
  connections: number,
  waitUntilEnded: () => Promise<void>,
): TransactionLimiter {
  const semaphore = new Semaphore(connections);
  return (work, since) =>
    new Promise((resolve, reject) => {
      const run = async () => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error);
          if (databaseCode(error) === 'ETIMEDOUT') await waitUntilEnded();
        }
      };
      acquireWithTimeout(semaphore, TIMEOUT_MS, run, since).catch(reject);
    });
}
