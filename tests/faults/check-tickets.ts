import { payments, refunds, ticketEvents, tickets } from '../../src/platform/db/tables/index.ts';
import { brokenInvariants } from '../support/invariants.ts';
import type { Cancelled } from './api-client.ts';
import type { Stage } from './stage.ts';

type Refund = typeof refunds.$inferSelect;

/** Checks that every ticket has the outcome its client received, a final refund, and matching events. */
export async function checkTickets(
  { db, findings }: Stage,
  told: Map<string, Cancelled>,
  stuck: string,
): Promise<{ refunds: Refund[]; paymentOf: Map<string, string> }> {
  for (const broken of await brokenInvariants(db)) findings.broken(broken);
  const rows = await db.select().from(refunds).orderBy(refunds.step);
  const events = await db.select().from(ticketEvents).orderBy(ticketEvents.seq);

  for (const ticket of await db.select().from(tickets)) {
    const ofTicket = rows.filter(({ ticketId }) => ticketId === ticket.id);
    const story = events.filter(({ ticketId }) => ticketId === ticket.id);
    if (ofTicket.length === 0)
      findings.broken(`${ticket.id}: it has no refund, and its status is ${ticket.status}`);
    if (ticket.status !== 'CANCELLED') findings.broken(`${ticket.id}: its status is ${ticket.status}`);
    const timeline = story.map(({ type }) => type);
    if (['HELD', 'CONFIRMED'].some((type, index) => timeline[index] !== type))
      findings.broken(`${ticket.id}: its timeline begins ${JSON.stringify(timeline)}`);
    for (const refund of ofTicket) {
      const ofRefund = story.filter(({ facts }) => facts.refundId === refund.id).map(({ type }) => type);
      const wrong = whatIsWrong(refund, ofRefund, refund === ofTicket.at(-1));
      if (wrong) findings.broken(`${ticket.id}, step ${refund.step}: ${wrong}`);
      if (refund.status === 'FAILED' && !stuck.includes(refund.id))
        findings.broken(`${ticket.id}: list --stuck does not show its refund`);
      const answer = told.get(refund.id);
      if (answer && answer.cancelledAt !== refund.requestedAt.toISOString())
        findings.broken(`${ticket.id}: its client was told ${JSON.stringify(answer)}`);
      findings.count(`refunds: ${refund.status}`);
      if (
        ofRefund.indexOf('REFUND_FAILED') > ofRefund.indexOf('REFUND_PROCESSED') &&
        ofRefund.includes('REFUND_PROCESSED')
      )
        findings.count('refunds: PROCESSED, and FAILED after it');
    }
  }
  for (const [refundId, { ticketId }] of told)
    if (!rows.some(({ id }) => id === refundId))
      findings.broken(`${ticketId}: its client was told of ${refundId}, which is not there`);
  const paid = await db.select().from(payments);
  return { refunds: rows, paymentOf: new Map(paid.map((row) => [row.ticketId, row.transactionId ?? ''])) };
}

/** @param timeline the events that name the refund */
function whatIsWrong(refund: Refund, timeline: string[], isLast: boolean): string | null {
  const shown = JSON.stringify(timeline);
  if (timeline[0] !== (isLast ? 'CANCELLED' : 'SEATS_CANCELLED')) return `its timeline begins ${shown}`;
  const ended = timeline.findLast((type) => type.startsWith('REFUND_'));
  switch (refund.status) {
    case 'PROCESSED':
      return ended === 'REFUND_PROCESSED' ? null : `PROCESSED, with the timeline ${shown}`;
    case 'FAILED':
      if (!refund.failureReason) return 'FAILED without a reason';
      return ended === 'REFUND_FAILED' ? null : `FAILED, with the timeline ${shown}`;
    case 'PROCESSING':
    case 'NOT_REQUIRED':
      return `its refund is ${refund.status}`;
  }
}
