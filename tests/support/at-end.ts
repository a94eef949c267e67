/** Clean-up of everything that a test has started. It does not import vitest, because scripts use it too. */
const ends: (() => unknown)[] = [];

/**
 * Registers a clean-up for the end of the test, or of the file when no test is running. It also runs after a failure or
 * a time-out, and must tolerate that the resource has already ended.
 */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

export function countEnds(): number {
  return ends.length;
}

/** Runs the clean-ups beyond the given number, in reverse order. */
export async function endSince(count: number): Promise<void> {
  const failures: unknown[] = [];
  for (const end of ends.splice(count).reverse()) {
    try {
      await end();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not everything ended');
}
