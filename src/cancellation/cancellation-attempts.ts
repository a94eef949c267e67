import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { atOnceAndCommit } from '../db/at-once.ts';
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
export async function takeAttempt(
  db: Database,
  clock: Clock,
  userId: string,
  limit: number,
): Promise<AttemptVerdict> {
  const allowed = await inUserTurn(db, userId, () =>
    inTransaction(db, (tx) => noteIfUnder(tx, clock, userId, limit)),
  );
  if (allowed) return { allowed };
  const [found] = await findOldest(db, clock, { userId, younger: limit - 1 });
  return { allowed, retryAfterSeconds: Math.max(1, found?.secondsUntilFree ?? 1) };
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

const recentOf = (now: SQL) =>
  and(
    eq(cancellationAttempts.userId, sql.placeholder('userId')),
    gt(cancellationAttempts.attemptedAt, sql`${now} - make_interval(secs => ${WINDOW_SECONDS})`),
  );

/** Gives a row when there was room. */
const noteAttempt = timedStatement((db, now) =>
  db
    .insert(cancellationAttempts)
    .select(
      db
        .select({
          userId: sql`${sql.placeholder('userId')}`.as('user_id'),
          id: sql`${sql.placeholder('id')}`.as('id'),
          attemptedAt: sql`${now}`.as('attempted_at'),
        })
        .from(cancellationAttempts)
        .where(recentOf(now))
        .having(sql`count(*) < ${sql.placeholder('limit')}`),
    )
    .returning({ id: cancellationAttempts.id })
    .prepare('note_attempt'),
);

/** Of the attempts that take up the room, the one that is forgotten first. */
const findOldest = timedStatement((db, now) =>
  db
    .select({
      secondsUntilFree: sql<number>`ceil(extract(epoch from ${cancellationAttempts.attemptedAt} - ${now}) + ${WINDOW_SECONDS})::int`,
    })
    .from(cancellationAttempts)
    .where(recentOf(now))
    .orderBy(desc(cancellationAttempts.attemptedAt))
    .offset(sql.placeholder('younger'))
    .limit(1)
    .prepare('oldest_attempt'),
);

async function noteIfUnder(tx: Transaction, clock: Clock, userId: string, limit: number): Promise<boolean> {
  // Sent together, run one after the other: what is counted was committed before the lock was given.
  const [, noted] = await atOnceAndCommit(tx, [
    lockUser(tx, { userId }),
    noteAttempt(tx, clock, { userId, id: randomUUID(), limit }),
  ]);
  return noted.length > 0;
}
