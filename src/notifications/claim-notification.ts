import { and, eq, gt, lt } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database, Transaction } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { isDue, newLease } from '../platform/db/lease.ts';
import { notifications } from '../platform/db/tables/index.ts';
import { plainText } from '../platform/text/plain-text.ts';
import { isAbout, isNotification, type NotificationKey } from './notification-key.ts';
import type { SmsResult } from './sms-sender.ts';

/** A worker's right to send a notification, until the lease ends. */
export interface NotificationClaim {
  lease: number;
  attempts: number;
  /** How often the event has happened. */
  occurrence: number;
}

/** Delays of 30 s, 1 min, 2 min ... 1 h, 1 h: the 31st and last attempt is about 24 hours after the first. */
const FIRST_DELAY_SECONDS = 30;
const LONGEST_DELAY_SECONDS = 3_600;
const LAST_ATTEMPT = 31;

/** How long a message waits for an earlier one, and how often it looks. */
const KEEP_ORDER_SECONDS = 3_600;
const TURN_SECONDS = 5;

/**
 * Claims a notification. Returns null if it is not due or another worker holds it. The claim marks an SMS as UNKNOWN,
 * so it is never sent twice, even after a crash.
 */
export function claimNotification(
  db: Database,
  clock: Clock,
  key: NotificationKey,
): Promise<NotificationClaim | null> {
  const atMostOnce = {
    status: 'UNKNOWN' as const,
    nextAttemptAt: null,
    lastError: 'the worker stopped before it recorded the result',
  };
  return inTransaction(db, async (tx) => {
    const [due] = await tx
      .select({
        lease: notifications.lease,
        attempts: notifications.attempts,
        createdAt: notifications.createdAt,
        occurrence: notifications.occurrence,
      })
      .from(notifications)
      .where(and(isNotification(key), eq(notifications.status, 'PENDING'), isDue(notifications, clock)))
      .for('update', { skipLocked: true });
    if (!due) return null;
    const now = await readClock(tx, clock);
    const earlier = await findEarlier(tx, key, due.createdAt, now);
    if (earlier) {
      await tx
        .update(notifications)
        .set({ nextAttemptAt: after(now, TURN_SECONDS) })
        .where(isNotification(key));
      return null;
    }
    const claim = newLease(due, now);
    await tx
      .update(notifications)
      .set({ ...claim, ...(key.channel === 'SMS' ? atMostOnce : {}) })
      .where(isNotification(key));
    return { lease: claim.lease, attempts: claim.attempts, occurrence: due.occurrence };
  });
}

/**
 * An earlier message about the refund that still waits, as behind greylisting: "cancelled" should arrive before "refund
 * sent". After an hour the later one goes first, since the earlier may never arrive.
 */
async function findEarlier(
  tx: Transaction,
  { channel, ...subject }: NotificationKey,
  createdAt: Date,
  now: Date,
) {
  const [earlier] = await tx
    .select({ event: notifications.event })
    .from(notifications)
    .where(
      and(
        isAbout(subject),
        eq(notifications.channel, channel),
        eq(notifications.status, 'PENDING'),
        lt(notifications.createdAt, createdAt),
        gt(notifications.createdAt, after(now, -KEEP_ORDER_SECONDS)),
      ),
    )
    .limit(1);
  return earlier;
}

/** Records the result of an attempt and ends the claim. Has no effect if another worker has claimed it since. */
export async function recordResult(
  db: Database,
  clock: Clock,
  key: NotificationKey,
  { lease, attempts }: Pick<NotificationClaim, 'lease' | 'attempts'>,
  result: SmsResult,
): Promise<void> {
  await db
    .update(notifications)
    .set({ leaseUntil: null, ...changes(await readClock(db, clock), attempts, result) })
    .where(and(isNotification(key), eq(notifications.lease, lease)));
}

function changes(now: Date, attempts: number, result: SmsResult) {
  const final = { nextAttemptAt: null };
  if (result.kind === 'sent') {
    return { ...final, status: 'SENT' as const, sentAt: now, providerId: result.id, lastError: null };
  }
  const lastError = plainText(result.detail).slice(0, 500);
  switch (result.kind) {
    case 'refused':
      return { ...final, status: 'FAILED' as const, lastError };
    case 'unknown':
      return { ...final, status: 'UNKNOWN' as const, lastError };
    case 'notTaken': {
      if (attempts >= LAST_ATTEMPT) return { ...final, status: 'FAILED' as const, lastError };
      const delay = Math.min(FIRST_DELAY_SECONDS * 2 ** (attempts - 1), LONGEST_DELAY_SECONDS);
      return { status: 'PENDING' as const, nextAttemptAt: after(now, delay), lastError };
    }
  }
}

function after(now: Date, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
