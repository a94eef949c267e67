/** How what a test has started ends, in the order in which it was started. Free of vitest: scripts start processes, too. */
const ends: (() => unknown)[] = [];

/**
 * Has something end with the test, or with the file when no test is under way: also when that fails or takes too long.
 * Whatever has ended by then must not mind.
 */
export function atEnd(end: () => unknown): void {
  ends.push(end);
}

export function countEnds(): number {
  return ends.length;
}

/** Ends what was started since there were so many, the last first. */
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
