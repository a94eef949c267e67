import { randomUUID } from 'node:crypto';
import { desc, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { type Builder, statement } from '../platform/db/statement.ts';
import { cancellationAttempts, users } from '../platform/db/tables/index.ts';

/** The rate limit counts the attempts of the last hour. Milliseconds. */
const WINDOW_MS = 3_600_000;

const lock = statement((db) =>
  db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.id, sql.placeholder('userId')))
    .for('no key update')
    .prepare('lock_user'),
);

/** Locks the user's row, so that the attempts of concurrent calls are counted one after the other, on all instances. */
export async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await lock(tx, { userId });
}

/**
 * When the attempt was made that takes up the last free place under the limit: the `limit`-th youngest. Null when there
 * are fewer. Placeholders: `userId`, and `limit` less one as `placesBefore`.
 */
export function attemptAtLimit(db: Builder) {
  const attempt = db
    .select({ attemptedAt: cancellationAttempts.attemptedAt })
    .from(cancellationAttempts)
    .where(eq(cancellationAttempts.userId, sql.placeholder('userId')))
    .orderBy(desc(cancellationAttempts.attemptedAt))
    .offset(sql.placeholder('placesBefore'))
    .limit(1);
  return sql<Date | null>`${attempt}`.mapWith(cancellationAttempts.attemptedAt).as('attempt_at_limit');
}

/** Seconds until a further attempt is allowed; 0 when it is allowed now. */
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

/** Counts one attempt. The user must be locked. */
export async function addAttempt(tx: Transaction, userId: string, now: Date): Promise<void> {
  await insert(tx, { userId, id: randomUUID(), now });
}
