import { randomUUID } from 'node:crypto';
import { and, desc, eq, gt, type SQL, sql } from 'drizzle-orm';
import type { Clock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { statement, timedStatement } from '../platform/db/statement.ts';
import { cancellationAttempts, idempotencyKeys, users } from '../platform/db/tables/index.ts';
import { isKeyOfCall } from './idempotency-keys.ts';

const WINDOW_SECONDS = 3_600;

/**
 * One call of a user at a time: two that counted at once would both find room. The commit of this transaction does not wait
 * for the disk: what is lost when the database's machine dies is attempts of its last moment (docs/decisions/047).
 */
export const lockUser = statement((db) =>
  db
    .select({ id: users.id, unsynced: sql`set_config('synchronous_commit', 'off', true)` })
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
const insertAttempt = timedStatement((db, now) =>
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
        .having(
          sql`count(*) < ${sql.placeholder('limit')} and not exists (select from ${idempotencyKeys} where ${isKeyOfCall})`,
        ),
    )
    .returning({ id: cancellationAttempts.id })
    .prepare('note_attempt'),
);

interface Attempt {
  userId: string;
  /** In an hour. */
  limit: number;
  /** As `keyToFind` gives it. */
  key: string;
}

/**
 * Counts one call of cancelTicket against a user's limit in the last hour, over all instances, when there is room and its
 * key was not used before. The user must be locked.
 *
 * @returns whether it did
 */
export async function noteAttempt(tx: Transaction, clock: Clock, attempt: Attempt): Promise<boolean> {
  const noted = await insertAttempt(tx, clock, { ...attempt, id: randomUUID() });
  return noted.length > 0;
}

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

/** In how many seconds there is room again, at least one. */
export async function secondsUntilRoom(
  db: Database,
  clock: Clock,
  { userId, limit }: Pick<Attempt, 'userId' | 'limit'>,
): Promise<number> {
  const [found] = await findOldest(db, clock, { userId, younger: limit - 1 });
  return Math.max(1, found?.secondsUntilFree ?? 1);
}
