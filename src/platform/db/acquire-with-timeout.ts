import type { Semaphore, SemaphoreInterface } from 'async-mutex';
import { NoTurnError } from '../errors/database-fault.ts';

/**
 * Runs work while it holds a permit of the semaphore, first come first served.
 *
 * @param timeoutMs how long it waits for the permit, from this call on
 * @param since milliseconds of `performance.now()`; earlier than now for a caller that has already waited elsewhere,
 *   which therefore goes first
 * @throws NoTurnError when no permit is free in time; the work has not begun
 */
export async function acquireWithTimeout<Result>(
  semaphore: Semaphore,
  timeoutMs: number,
  work: () => Promise<Result>,
  since: number = performance.now(),
): Promise<Result> {
  const release = await acquire(semaphore, timeoutMs, since);
  try {
    return await work();
  } finally {
    release();
  }
}

/**
 * Replaces the package's withTimeout and runExclusive. They create a generator function at each call, and the garbage
 * collector keeps it, with all that it refers to, until it cleans the old generation (docs/decisions/038).
 */
function acquire(
  semaphore: Semaphore,
  timeoutMs: number,
  since: number,
): Promise<SemaphoreInterface.Releaser> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      reject(new NoTurnError());
    }, timeoutMs);
    // The semaphore serves higher priorities first, so an earlier `since` goes first.
    void semaphore.acquire(1, -since).then(([, release]) => {
      clearTimeout(timer);
      if (isLate) release();
      else resolve(release);
    });
  });
}
