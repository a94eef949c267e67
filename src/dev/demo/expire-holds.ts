/** Ends the demo user's holds whose time ran out, so that starts leave none behind. */
import { and, eq, lte } from 'drizzle-orm';
import type { Transaction } from '../../platform/db/database.ts';
import { tickets } from '../../platform/db/tables/index.ts';
import { endHold } from '../../tickets/expire-hold.ts';
import { DEMO_USER } from './users.ts';

export async function expireHolds(tx: Transaction, now: Date): Promise<void> {
  const over = await tx
    .select()
    .from(tickets)
    .where(
      and(
        eq(tickets.userId, DEMO_USER.id),
        eq(tickets.status, 'PENDING_PAYMENT'),
        lte(tickets.holdExpiresAt, now),
      ),
    )
    .for('update');
  for (const hold of over) await endHold(tx, hold, now);
}
