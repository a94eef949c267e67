import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { idempotencyKeys } from '../platform/db/tables/index.ts';

/** The arguments that a key belongs to. */
export interface KeyedCall {
  userId: string;
  ticketId: string;
  /** Paise; null accepts any refund. */
  expectedRefund: bigint | null;
  idempotencyKey: string | null;
}

/** Whether a successful call has used the key: none, the same call, or one with other arguments. */
export type KeyUse = 'unused' | 'same' | 'other';

/**
 * Joins the row of the call's key. Without a key, the placeholder `key` is '', which is never a valid key: a join by NULL
 * finds nothing either, but Citus sends it to every shard.
 */
export const isKeyOfCall = and(
  eq(idempotencyKeys.userId, sql.placeholder('userId')),
  eq(idempotencyKeys.key, sql.placeholder('key')),
);

/** @param used the row of the call's key; null when there is none */
export function keyUseOf(
  used: typeof idempotencyKeys.$inferSelect | null,
  { ticketId, expectedRefund }: KeyedCall,
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
    .prepare('insert_idempotency_key'),
);

/** Keeps the key of a successful cancellation for 30 days; the clean-up deletes it then. The user must be locked. */
export async function addKey(tx: Transaction, call: KeyedCall, now: Date): Promise<void> {
  const { userId, ticketId, expectedRefund, idempotencyKey: key } = call;
  if (key !== null) await insertKey(tx, { userId, key, ticketId, expectedRefund, now });
}
