import { isDeepStrictEqual } from 'node:util';
import { and, eq, sql } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { statement } from '../platform/db/statement.ts';
import { idempotencyKeys } from '../platform/db/tables/index.ts';

/** A call, with the arguments that its key is bound to. */
export interface KeyedCall {
  userId: string;
  ticketId: string;
  /** Paise; null accepts any refund. */
  expectedRefund: bigint | null;
  /** The ids of the seats to cancel, as the schema has them, sorted; null for the whole ticket. */
  seatIds: string[] | null;
  idempotencyKey: string | null;
}

/** Whether a successful call has used the key: none, one with the same arguments, or one with other arguments. */
export type KeyUse = 'unused' | 'same' | 'other';

/**
 * The join condition for the row of the call's key. Without a key, set the placeholder `key` to '', which is never a
 * valid key. NULL would find nothing either, but Citus would send the query to every shard.
 */
export const isKeyOfCall = and(
  eq(idempotencyKeys.userId, sql.placeholder('userId')),
  eq(idempotencyKeys.key, sql.placeholder('key')),
);

/** @param used the row of the call's key; null if there is none */
export function keyUseOf(
  used: typeof idempotencyKeys.$inferSelect | null,
  { ticketId, expectedRefund, seatIds }: KeyedCall,
): KeyUse {
  if (!used) return 'unused';
  const isSame =
    used.ticketId === ticketId &&
    used.expectedRefund === expectedRefund &&
    isDeepStrictEqual(used.seatIds, seatIds);
  return isSame ? 'same' : 'other';
}

const insertKey = statement((db) =>
  db
    .insert(idempotencyKeys)
    .values({
      userId: sql.placeholder('userId'),
      key: sql.placeholder('key'),
      ticketId: sql.placeholder('ticketId'),
      expectedRefund: sql.placeholder('expectedRefund'),
      seatIds: sql.placeholder('seatIds'),
      refundId: sql.placeholder('refundId'),
      createdAt: sql.placeholder('now'),
    })
    .prepare('insert_idempotency_key'),
);

/** Stores the key of a successful cancellation. The clean-up job deletes it after 30 days. The user must be locked. */
export async function addKey(tx: Transaction, call: KeyedCall, refundId: string, now: Date): Promise<void> {
  const { userId, ticketId, expectedRefund, seatIds, idempotencyKey: key } = call;
  if (key !== null) await insertKey(tx, { userId, key, ticketId, expectedRefund, seatIds, refundId, now });
}
