import { E_TIMEOUT, type Semaphore, withTimeout } from 'async-mutex';
import { NoTurnError } from '../errors/database-fault.ts';

/**
 * Runs work when its turn comes, first come first served.
 *
 * @throws NoTurnError, the work unbegun, when it does not come within so many milliseconds
 */
export async function inTurn<Result>(
  turns: Semaphore,
  patienceMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await withTimeout(turns, patienceMs).runExclusive(work);
  } catch (error) {
    throw error === E_TIMEOUT ? new NoTurnError() : error;
  }
}
