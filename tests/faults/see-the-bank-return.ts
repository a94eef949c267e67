import { eq } from 'drizzle-orm';
import { ticketEvents } from '../../src/platform/db/tables/index.ts';
import type { TicketToCancel } from './given-tickets.ts';
import { NO_FAULTS } from './provider-faults.ts';
import type { Stage } from './stage.ts';
import { until } from './until.ts';

/** Tests a refund that is processed and then fails. It runs outside the storm, where Usher may see both together. */
export async function seeTheBankReturn(stage: Stage, ticket: TicketToCancel): Promise<void> {
  const { client, db, findings } = stage;
  await stage.setFaults({ fate: { script: ['bank-returns'] } });
  await client.cancel(await client.prepare(ticket));
  const story = ['HELD', 'CONFIRMED', 'CANCELLED', 'REFUND_PROCESSED', 'REFUND_FAILED'].join();
  const timeline = async () => {
    const events = await db
      .select()
      .from(ticketEvents)
      .where(eq(ticketEvents.ticketId, ticket.id))
      .orderBy(ticketEvents.seq);
    return events.map(({ type }) => type).join();
  };
  await until('the bank has returned the money', 30, async () => (await timeline()) === story).catch(
    async () =>
      findings.broken(`${ticket.id}, which the bank returned, has the timeline ${await timeline()}`),
  );
  await stage.setFaults(NO_FAULTS);
}
