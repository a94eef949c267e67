import { eq } from 'drizzle-orm';
import { refunds, webhookEvents } from '../../src/platform/db/tables/index.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { blockWrites, endSessions, holdLock, untilWaits } from './locks.ts';
import type { Stage } from './stage.ts';

export const WEBHOOK_KILL_POINT = 'a webhook taken, not stored';

/** Kills the API while it applies a webhook. The payment provider retries until it gets a response. */
export async function killApiAtWebhook(stage: Stage, ticket: TicketToCancel): Promise<void> {
  const { api, client, db, findings } = stage;
  const { sql } = stage.database;
  try {
    const lock = await holdLock(sql, blockWrites('webhook_events'));
    try {
      await client.cancel(await client.prepare(ticket));
      await untilWaits(sql, 'usher_api', 'insert into "webhook_events"');
      await api.kill(WEBHOOK_KILL_POINT);
      await endSessions(sql, 'usher_api');
    } finally {
      await lock.release();
    }
    const stored = await db
      .select({ id: webhookEvents.id })
      .from(webhookEvents)
      .innerJoin(refunds, eq(refunds.id, webhookEvents.refundId))
      .where(eq(refunds.ticketId, ticket.id));
    if (stored.length > 0) findings.broken(`${ticket.id}: a webhook is stored that was not applied`);
  } catch (error) {
    findings.broken(`the API could not be killed at a webhook: ${error}`);
  }
  api.start();
  await stage.untilReady('api');
}
