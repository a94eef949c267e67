import type { Semaphore, SemaphoreInterface } from 'async-mutex';
import { NoTurnError } from '../errors/database-fault.ts';

/**
 * Runs work when its turn comes, first come first served.
 *
 * @param since when it came: earlier than now if it has waited elsewhere before. Milliseconds, of `performance.now()`
 * @throws NoTurnError, the work unbegun, when its turn does not come within so many milliseconds
 */
export async function inTurn<Result>(
  turns: Semaphore,
  patienceMs: number,
  work: () => Promise<Result>,
  since: number = performance.now(),
): Promise<Result> {
  const end = await turnOf(turns, patienceMs, since);
  try {
    return await work();
  } finally {
    end();
  }
}

/**
 * Not the package's own withTimeout and runExclusive: they make a generator function at each call, which the garbage
 * collector keeps, with all that it knows of, until it cleans the old generation (docs/decisions/038).
 */
function turnOf(turns: Semaphore, patienceMs: number, since: number): Promise<SemaphoreInterface.Releaser> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const impatience = setTimeout(() => {
      isLate = true;
      reject(new NoTurnError());
    }, patienceMs);
    // Higher priorities go first: whoever came earlier.
    void turns.acquire(1, -since).then(([, end]) => {
      clearTimeout(impatience);
      if (isLate) end();
      else resolve(end);
    });
  });
}
