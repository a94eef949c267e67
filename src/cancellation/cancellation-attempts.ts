import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import type { Clock } from '../db/clock.ts';
import type { Database, Transaction } from '../db/database.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { cancellationAttempts, users } from '../db/tables/index.ts';
import { inUserTurn } from './user-turns.ts';

const WINDOW_SECONDS = 3_600;

export type AttemptVerdict = { allowed: true } | { allowed: false; retryAfterSeconds: number };

/**
 * Counts one call of cancelTicket against a user's limit in the last hour, over all instances. Commits by itself, so
 * an attempt counts whatever becomes of the cancellation; a refused one does not count.
 */
export function takeAttempt(
  db: Database,
  clock: Clock,
  userId: string,
  limit: number,
): Promise<AttemptVerdict> {
  return inUserTurn(db, userId, () => inTransaction(db, (tx) => countAttempt(tx, clock, userId, limit)));
}

async function countAttempt(
  tx: Transaction,
  clock: Clock,
  userId: string,
  limit: number,
): Promise<AttemptVerdict> {
  // One call of a user at a time: two that counted at once would both find room.
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('no key update');

  const recent = tx
    .select({ attemptedAt: cancellationAttempts.attemptedAt })
    .from(cancellationAttempts)
    .where(
      and(
        eq(cancellationAttempts.userId, userId),
        gt(
          cancellationAttempts.attemptedAt,
          sql`${clock.inTransaction} - make_interval(secs => ${WINDOW_SECONDS})`,
        ),
      ),
    )
    .orderBy(desc(cancellationAttempts.attemptedAt))
    .limit(limit)
    .as('recent');
  const [counted] = await tx
    .select({
      attempts: sql<number>`count(*)::int`,
      secondsUntilFree: sql<number>`ceil(extract(epoch from min(${recent.attemptedAt}) - ${clock.inTransaction}) + ${WINDOW_SECONDS})::int`,
    })
    .from(recent);
  if (counted && counted.attempts >= limit) {
    return { allowed: false, retryAfterSeconds: Math.max(1, counted.secondsUntilFree) };
  }

  await tx
    .insert(cancellationAttempts)
    .values({ userId, id: randomUUID(), attemptedAt: sql`${clock.inTransaction}` });
  return { allowed: true };
}
