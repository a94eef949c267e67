import { and, eq } from 'drizzle-orm';
import { type Clock, readClock } from '../platform/db/clock.ts';
import type { Database } from '../platform/db/database.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { refunds, webhookEvents } from '../platform/db/tables/index.ts';
import { lockTicket } from '../tickets/lock-ticket.ts';
import type { GatewayEvent } from './gateway/gateway.ts';
import { applyDecision } from './record-word.ts';
import { decideRefund } from './refund-decision.ts';

/** Whether an event was applied, had been before, or is of no refund that we are waiting for. */
export type WebhookOutcome = 'applied' | 'repeated' | 'unexpected';

/** Applies an event once. One of an earlier generation, another amount or no refund of ours changes nothing. */
export function applyWebhook(db: Database, clock: Clock, event: GatewayEvent): Promise<WebhookOutcome> {
  const { userId, ticketId, refundId } = event;
  return inTransaction(db, async (tx) => {
    await lockTicket(tx, { userId, ticketId });
    const [refund] = await tx
      .select()
      .from(refunds)
      .where(and(eq(refunds.userId, userId), eq(refunds.id, refundId), eq(refunds.ticketId, ticketId)))
      .for('update');
    if (!refund || refund.generation !== event.generation || refund.refundAmount !== event.refund.amount)
      return 'unexpected';
    const now = await readClock(tx, clock);
    const { id, type, generation, happenedAt } = event;
    const stored = await tx
      .insert(webhookEvents)
      .values({ userId, id, refundId, type, happenedAt, receivedAt: now })
      .onConflictDoNothing()
      .returning({ id: webhookEvents.id });
    if (stored.length === 0) return 'repeated';
    const word = { kind: 'told', refund: event.refund, generation, happenedAt } as const;
    await applyDecision(tx, refund, decideRefund(refund, word, now), now);
    return 'applied';
  });
}
