import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { atOnce } from '../db/at-once.ts';
import type { Clock } from '../db/clock.ts';
import type { Database, Transaction } from '../db/database.ts';
import { inTransaction } from '../db/in-transaction.ts';
import { statement, timedStatement } from '../db/statement.ts';
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

/** One call of a user at a time: two that counted at once would both find room. */
const lockUser = statement((db) =>
  db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.id, sql.placeholder('userId')))
    .for('no key update')
    .prepare('lock_user'),
);

const countRecent = timedStatement((db, now) => {
  const recent = db
    .select({ attemptedAt: cancellationAttempts.attemptedAt })
    .from(cancellationAttempts)
    .where(
      and(
        eq(cancellationAttempts.userId, sql.placeholder('userId')),
        gt(cancellationAttempts.attemptedAt, sql`${now} - make_interval(secs => ${WINDOW_SECONDS})`),
      ),
    )
    .orderBy(desc(cancellationAttempts.attemptedAt))
    .limit(sql.placeholder('limit'))
    .as('recent');
  return db
    .select({
      attempts: sql<number>`count(*)::int`,
      secondsUntilFree: sql<number>`ceil(extract(epoch from min(${recent.attemptedAt}) - ${now}) + ${WINDOW_SECONDS})::int`,
    })
    .from(recent)
    .prepare('count_recent_attempts');
});

const noteAttempt = timedStatement((db, now) =>
  db
    .insert(cancellationAttempts)
    .values({ userId: sql.placeholder('userId'), id: sql.placeholder('id'), attemptedAt: sql`${now}` })
    .prepare('note_attempt'),
);

async function countAttempt(
  tx: Transaction,
  clock: Clock,
  userId: string,
  limit: number,
): Promise<AttemptVerdict> {
  // Sent together, run one after the other: the count sees what was committed before the lock was given.
  const [, counts] = await atOnce([lockUser(tx, { userId }), countRecent(tx, clock, { userId, limit })]);
  const [counted] = counts;
  if (counted && counted.attempts >= limit) {
    return { allowed: false, retryAfterSeconds: Math.max(1, counted.secondsUntilFree) };
  }
  await noteAttempt(tx, clock, { userId, id: randomUUID() });
  return { allowed: true };
}
