import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { idempotencyKeys } from '../platform/db/tables/index.ts';
import { databaseCode } from '../platform/errors/database-fault.ts';
import { UsherError } from '../platform/errors/usher-error.ts';

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

/** Of the use of the call's key, when a call was successful with it; the placeholder `key` is as `keyToFind` gives it. */
export const isKeyOfCall = and(
  eq(idempotencyKeys.userId, sql.placeholder('userId')),
  eq(idempotencyKeys.key, sql.placeholder('key')),
);

/** What `isKeyOfCall` looks for; without a key that is what no key is: a join by null would be none, and Citus asks every shard. */
export function keyToFind({ idempotencyKey }: Pick<CancelRequest, 'idempotencyKey'>): string {
  return idempotencyKey ?? '';
}

/** @param used the row of its key; null when there is none */
export function keyUseOf(
  used: typeof idempotencyKeys.$inferSelect | null,
  { ticketId, expectedRefund }: CancelRequest,
): KeyUse {
  if (!used) return 'unused';
  return used.ticketId === ticketId && used.expectedRefund === expectedRefund ? 'same' : 'other';
}

const insertKey = statement((db) =>
  db
    .insert(idempotencyKeys)
    .values({
      userId: sql.placeholder('userId'),
      key: sql.placeholder('key'),
      ticketId: sql.placeholder('ticketId'),
      expectedRefund: sql.placeholder('expectedRefund'),
      createdAt: sql.placeholder('now'),
    })
    .prepare('keep_idempotency_key'),
);

const UNIQUE_VIOLATION = '23505';

/**
 * Keeps the key of a successful cancellation, until the clean-up forgets it.
 *
 * @param now the time of its decision
 * @throws UsherError BAD_USER_INPUT when another cancellation took the key meanwhile; then nothing of this one is committed
 */
export async function keepKey(tx: Transaction, request: CancelRequest, now: Date): Promise<void> {
  const { userId, ticketId, expectedRefund, idempotencyKey: key } = request;
  if (key === null) return;
  try {
    await insertKey(tx, { userId, key, ticketId, expectedRefund, now });
  } catch (error) {
    throw databaseCode(error) === UNIQUE_VIOLATION ? keyTaken() : error;
  }
}

export function keyTaken(): UsherError {
  return new UsherError('BAD_USER_INPUT', {
    message: 'This idempotencyKey was used with other arguments. Use a new key for a new cancellation.',
  });
}
