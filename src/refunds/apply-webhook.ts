import { readClock } from '../platform/db/clock.ts';
import { inTransaction } from '../platform/db/in-transaction.ts';
import { webhookEvents } from '../platform/db/tables/index.ts';
import type { NewJob } from '../platform/jobs/job-queue.ts';
import type { GatewayEvent } from './gateway/gateway.ts';
import { lockRefund } from './lock-refund.ts';
import { applyDecision } from './record-gateway-reply.ts';
import { decideRefund } from './refund-decision.ts';
import type { RefundStore } from './refund-store.ts';

/**
 * `applied` now, `repeated`: applied by an earlier delivery, or `unexpected`: about no refund of ours, another amount
 * or another generation.
 */
export type WebhookOutcome = 'applied' | 'repeated' | 'unexpected';

interface Applied {
  outcome: WebhookOutcome;
  newJobs: NewJob[];
}

/** Applies an event at most once. A repeated or unexpected one changes nothing. */
export async function applyWebhook(
  { db, clock, jobs }: RefundStore,
  event: GatewayEvent,
): Promise<WebhookOutcome> {
  const { userId, ticketId, refundId } = event;
  const { outcome, newJobs } = await inTransaction<Applied>(db, async (tx) => {
    const refund = await lockRefund(tx, { userId, ticketId, id: refundId });
    if (!refund || refund.generation !== event.generation || refund.refundAmount !== event.refund.amount)
      return { outcome: 'unexpected', newJobs: [] };
    const now = await readClock(tx, clock);
    const { id, type, generation, happenedAt } = event;
    const stored = await tx
      .insert(webhookEvents)
      .values({ userId, id, refundId, type, happenedAt, receivedAt: now })
      .onConflictDoNothing()
      .returning({ id: webhookEvents.id });
    if (stored.length === 0) return { outcome: 'repeated', newJobs: [] };
    const reply = { kind: 'reported', refund: event.refund, generation, happenedAt } as const;
    const newJobs = await applyDecision(tx, refund, decideRefund(refund, reply, now), now);
    return { outcome: 'applied', newJobs };
  });
  jobs.add(newJobs);
  return outcome;
}
