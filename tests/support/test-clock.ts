import { sql } from 'drizzle-orm';
import type { Clock } from '../../src/platform/db/clock.ts';

/** A clock that stands still at the time that it is set to, for reads and in transactions. */
export function createTestClock(start: Date) {
  let time = start;
  const clock: Clock = {
    now: () => time,
    get inTransaction() {
      return sql<string>`${time.toISOString()}::timestamptz`;
    },
  };
  return {
    clock,
    set: (instant: Date) => {
      time = instant;
    },
  };
}
