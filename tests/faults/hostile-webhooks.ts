import { createHmac } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { refunds } from '../../src/platform/db/tables/index.ts';
import { PROVIDER } from './environments.ts';
import type { TicketToCancel } from './given-tickets.ts';
import type { Stage } from './stage.ts';

/** What is changed in the refund of an event, signed with the right secret. */
const HOSTILE: [what: string, status: 'processed' | 'failed', changes: object][] = [
  ['a duplicate that failed', 'failed', { id: 'rfnd_of_nobody' }],
  ['another payment', 'failed', { payment_id: 'pay_of_nobody' }],
  ['another amount', 'failed', { amount: 1 }],
  ['another currency', 'failed', { currency: 'USD' }],
  ['an unknown status', 'failed', { status: 'reversed' }],
  ['another shop', 'processed', { notes: [], currency: 'USD', acquirer_data: { rrn: 1 } }],
];

/** Sends signed webhooks that contradict what is known of a paid refund. None may change it or be refused. */
export async function sendHostileWebhooks(stage: Stage, ticket: TicketToCancel): Promise<void> {
  const { db, findings, origin } = stage;
  const read = async () => (await db.select().from(refunds).where(eq(refunds.ticketId, ticket.id)))[0];
  const before = await read();
  if (before?.status !== 'PROCESSED') return findings.broken(`${ticket.id} has no refund to attack`);
  const { userId, id: refundId, generation, gatewayRefundId, refundAmount } = before;
  const entity = {
    id: gatewayRefundId,
    entity: 'refund',
    amount: Number(refundAmount),
    currency: 'INR',
    payment_id: ticket.paymentId,
    notes: { userId, ticketId: ticket.id, refundId, generation: String(generation) },
    created_at: Math.floor(Date.now() / 1000),
  };
  for (const [index, [what, status, changes]] of HOSTILE.entries()) {
    const payload = { refund: { entity: { ...entity, status, ...changes } } };
    const created_at = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ entity: 'event', event: `refund.${status}`, created_at, payload });
    const response = await fetch(`${origin}/webhooks/razorpay`, {
      method: 'POST',
      headers: {
        'x-razorpay-event-id': `evt_hostile_${ticket.id}_${index}`,
        'x-razorpay-signature': createHmac('sha256', PROVIDER.webhookSecret).update(body).digest('hex'),
      },
      body,
    });
    findings.count('webhooks: hostile, with the right signature');
    if (response.status !== 200) findings.broken(`a webhook of ${what} was answered ${response.status}`);
  }
  const text = (row: unknown) =>
    JSON.stringify(row, (_name, value) => (typeof value === 'bigint' ? `${value}` : value));
  if (text(await read()) !== text(before))
    findings.broken(`${ticket.id}: a hostile webhook changed its refund`);
}
