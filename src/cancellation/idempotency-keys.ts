import { and, eq, gt, lte, type SQL, sql } from 'drizzle-orm';
import type { Clock } from '../db/clock.ts';
import type { Database, Transaction } from '../db/database.ts';
import { statement, timedStatement } from '../db/statement.ts';
import { idempotencyKeys } from '../db/tables/index.ts';
import { UsherError } from '../errors/usher-error.ts';

/** A call of cancelTicket. */
export interface CancelRequest {
  userId: string;
  ticketId: string;
  /** Paise; null accepts whatever the refund is. */
  expectedRefund: bigint | null;
  idempotencyKey: string | null;
}

/** Whether the key of a call was used: never, by this very call, or by one with other arguments. */
export type KeyUse = 'unused' | 'same' | 'other';

const DAYS_KEPT = 30;

const findKey = timedStatement((db, now) =>
  db
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.userId, sql.placeholder('userId')),
        eq(idempotencyKeys.key, sql.placeholder('key')),
        gt(idempotencyKeys.createdAt, oldest(now)),
      ),
    )
    .prepare('find_idempotency_key'),
);

export async function findKeyUse(
  db: Database | Transaction,
  clock: Clock,
  { userId, ticketId, expectedRefund, idempotencyKey: key }: CancelRequest,
): Promise<KeyUse> {
  if (key === null) return 'unused';
  const [used] = await findKey(db, clock, { userId, key });
  if (!used) return 'unused';
  return used.ticketId === ticketId && used.expectedRefund === expectedRefund ? 'same' : 'other';
}

const takeKey = statement((db) =>
  db
    .insert(idempotencyKeys)
    .values({
      userId: sql.placeholder('userId'),
      key: sql.placeholder('key'),
      ticketId: sql.placeholder('ticketId'),
      expectedRefund: sql.placeholder('expectedRefund'),
      createdAt: sql.placeholder('now'),
    })
    .onConflictDoUpdate({
      target: [idempotencyKeys.userId, idempotencyKeys.key],
      set: {
        ticketId: sql`excluded.ticket_id`,
        expectedRefund: sql`excluded.expected_refund`,
        createdAt: sql`excluded.created_at`,
      },
      setWhere: lte(
        idempotencyKeys.createdAt,
        sql`${sql.param(sql.placeholder('forgotten'), idempotencyKeys.createdAt)}`,
      ),
    })
    .returning({ key: idempotencyKeys.key })
    .prepare('take_idempotency_key'),
);

/**
 * Keeps the key of a successful cancellation.
 *
 * @param now the time of its decision; a clock, or counting from one, is refused in ON CONFLICT where tables are distributed
 * @throws UsherError BAD_USER_INPUT when another cancellation took the key meanwhile; the transaction must not commit
 */
export async function keepKey(tx: Transaction, request: CancelRequest, now: Date): Promise<void> {
  const { userId, ticketId, expectedRefund, idempotencyKey: key } = request;
  if (key === null) return;
  const forgotten = new Date(now.getTime() - DAYS_KEPT * 86_400_000);
  const kept = await takeKey(tx, { userId, key, ticketId, expectedRefund, now, forgotten });
  if (kept.length === 0) throw keyTaken();
}

export function keyTaken(): UsherError {
  return new UsherError('BAD_USER_INPUT', {
    message: 'This idempotencyKey was used with other arguments. Use a new key for a new cancellation.',
  });
}

function oldest(now: SQL): SQL {
  return sql`${now} - make_interval(days => ${DAYS_KEPT})`;
}
