import { randomUUID } from 'node:crypto';
import { and, desc, eq, lte, type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { type Builder, statement } from '../platform/db/statement.ts';
import { cancellationAttempts, users } from '../platform/db/tables/index.ts';

/** The rate limit counts the attempts of the last hour. */
const WINDOW_MS = 3_600_000;

const lock = statement((db) =>
  db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.id, sql.placeholder('userId')))
    .for('no key update')
    .prepare('lock_user'),
);

/** Locks the user's row, so that concurrent calls on all instances count their attempts sequentially. */
export async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await lock(tx, { userId });
}

/**
 * A subquery for the time of the user's `limit`-th most recent attempt; null if there are fewer. The limit is reached
 * while that attempt is less than an hour old. Attempts ahead of `now` do not count: the clock was set back since, and a
 * user would have to wait until it reaches them again. Placeholders: `userId`, and `limit` - 1 as `placesBefore`.
 */
export function attemptAtLimit(db: Builder, now: SQL<string>) {
  const attempt = db
    .select({ attemptedAt: cancellationAttempts.attemptedAt })
    .from(cancellationAttempts)
    .where(
      and(
        eq(cancellationAttempts.userId, sql.placeholder('userId')),
        lte(cancellationAttempts.attemptedAt, now),
      ),
    )
    .orderBy(desc(cancellationAttempts.attemptedAt))
    .offset(sql.placeholder('placesBefore'))
    .limit(1);
  return sql<Date | null>`${attempt}`.mapWith(cancellationAttempts.attemptedAt).as('attempt_at_limit');
}

/** Returns the seconds until the next attempt is allowed, rounded up; 0 if it is allowed now. */
export function secondsUntilAllowed(atLimit: Date | null, now: Date): number {
  if (atLimit === null) return 0;
  return Math.max(0, Math.ceil((atLimit.getTime() + WINDOW_MS - now.getTime()) / 1_000));
}

const insert = statement((db) =>
  db
    .insert(cancellationAttempts)
    .values({
      userId: sql.placeholder('userId'),
      id: sql.placeholder('id'),
      attemptedAt: sql.placeholder('now'),
    })
    .prepare('insert_attempt'),
);

/** Records an attempt. The user must be locked. */
export async function addAttempt(tx: Transaction, userId: string, now: Date): Promise<void> {
  await insert(tx, { userId, id: randomUUID(), now });
}
