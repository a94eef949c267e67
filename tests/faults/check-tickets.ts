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
  const rows = await db.select().from(refunds);
  const refundOf = new Map(rows.map((refund) => [refund.ticketId, refund]));
  const events = await db.select().from(ticketEvents).orderBy(ticketEvents.seq);

  for (const ticket of await db.select().from(tickets)) {
    const refund = refundOf.get(ticket.id);
    const timeline = events.filter(({ ticketId }) => ticketId === ticket.id).map(({ type }) => type);
    const wrong = refund
      ? whatIsWrong(refund, timeline)
      : `it has no refund, and its status is ${ticket.status}`;
    if (refund?.status === 'FAILED' && !stuck.includes(refund.id))
      findings.broken(`${ticket.id}: list --stuck does not show its refund`);
    if (wrong) findings.broken(`${ticket.id}: ${wrong}`);
    const answer = told.get(ticket.id);
    if (
      answer &&
      (answer.refund.id !== refund?.id || answer.cancelledAt !== ticket.cancelledAt?.toISOString())
    )
      findings.broken(`${ticket.id}: its client was told ${JSON.stringify(answer)}`);
    if (refund) findings.count(`refunds: ${refund.status}`);
    if (
      timeline.indexOf('REFUND_FAILED') > timeline.indexOf('REFUND_PROCESSED') &&
      timeline.includes('REFUND_PROCESSED')
    )
      findings.count('refunds: PROCESSED, and FAILED after it');
  }
  const paid = await db.select().from(payments);
  return { refunds: rows, paymentOf: new Map(paid.map((row) => [row.ticketId, row.transactionId ?? ''])) };
}

function whatIsWrong(refund: Refund, timeline: string[]): string | null {
  const shown = JSON.stringify(timeline);
  const beginning = ['HELD', 'CONFIRMED', 'CANCELLED'];
  if (beginning.some((type, index) => timeline[index] !== type)) return `its timeline begins ${shown}`;
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
