import type postgres from 'postgres';
import type { DatabaseUser } from './database-server.ts';
import { until } from './until.ts';

export interface HeldLock {
  release(): Promise<void>;
}

/** Takes a lock in an external transaction. Resolves when it is held. */
export async function holdLock(sql: postgres.Sql, statement: string): Promise<HeldLock> {
  const session = await sql.reserve();
  await session.unsafe('begin');
  await session.unsafe(statement);
  return {
    release: async () => {
      await session.unsafe('rollback');
      session.release();
    },
  };
}

/** A share lock blocks every INSERT and UPDATE of the table, but neither reading nor SELECT .. FOR UPDATE. */
export const blockWrites = (table: string): string => `lock table ${table} in share mode`;

/**
 * Waits until a statement of this user waits for a lock, with a time-out. Unlike untilWaiting of
 * tests/support/lock-waiters.ts it distinguishes users and statements, because API and worker run concurrently here.
 *
 * @param statement a LIKE pattern
 */
export function untilWaits(sql: postgres.Sql, user: DatabaseUser, statement: string): Promise<void> {
  return until(
    `a statement like ${statement} of ${user} waits`,
    30,
    async () => {
      const waiting = await sql`
        select from pg_stat_activity where usename = ${user} and wait_event_type = 'Lock'
        and query ilike ${`%${statement}%`}`;
      return waiting.length > 0;
    },
    5,
  );
}

/**
 * Ends the sessions of a killed process as if its last message had never arrived. Otherwise the server finishes the
 * waiting statement, and a COMMIT that it received with it.
 */
export async function endSessions(sql: postgres.Sql, user: DatabaseUser): Promise<void> {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${user}`;
  await untilGone(sql, user);
}

/** Waits for the sessions of a killed process. They end, with their transactions, only when they notice the kill. */
export function untilGone(sql: postgres.Sql, user: DatabaseUser): Promise<void> {
  return until(`the connections of ${user} are gone`, 15, async () => {
    const rows = await sql`select from pg_stat_activity where usename = ${user}`;
    return rows.length === 0;
  });
}
