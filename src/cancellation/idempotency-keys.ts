import { and, eq, gt, lte, sql } from 'drizzle-orm';
import type { Clock } from '../db/clock.ts';
import type { Database, Transaction } from '../db/database.ts';
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

export async function findKeyUse(
  db: Database | Transaction,
  clock: Clock,
  request: CancelRequest,
): Promise<KeyUse> {
  if (request.idempotencyKey === null) return 'unused';
  const [used] = await db
    .select()
    .from(idempotencyKeys)
    .where(
      and(
        eq(idempotencyKeys.userId, request.userId),
        eq(idempotencyKeys.key, request.idempotencyKey),
        gt(idempotencyKeys.createdAt, oldest(clock)),
      ),
    );
  if (!used) return 'unused';
  const same = used.ticketId === request.ticketId && used.expectedRefund === request.expectedRefund;
  return same ? 'same' : 'other';
}

/**
 * Keeps the key of a successful cancellation.
 *
 * @throws UsherError BAD_USER_INPUT when another cancellation took the key meanwhile; the transaction must not commit
 */
export async function keepKey(
  tx: Transaction,
  clock: Clock,
  request: CancelRequest,
  now: Date,
): Promise<void> {
  const { userId, ticketId, expectedRefund, idempotencyKey } = request;
  if (idempotencyKey === null) return;
  const use = { ticketId, expectedRefund, createdAt: now };
  const kept = await tx
    .insert(idempotencyKeys)
    .values({ userId, key: idempotencyKey, ...use })
    .onConflictDoUpdate({
      target: [idempotencyKeys.userId, idempotencyKeys.key],
      set: use,
      setWhere: lte(idempotencyKeys.createdAt, oldest(clock)),
    })
    .returning({ key: idempotencyKeys.key });
  if (kept.length === 0) throw keyTaken();
}

export function keyTaken(): UsherError {
  return new UsherError('BAD_USER_INPUT', {
    message: 'This idempotencyKey was used with other arguments. Use a new key for a new cancellation.',
  });
}

function oldest(clock: Clock) {
  return sql`${clock.inTransaction} - make_interval(days => ${DAYS_KEPT})`;
}
