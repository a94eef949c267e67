import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { GatewayEvent } from './gateway.ts';
import { parseJson } from './parse-json.ts';
import { razorpayRefund } from './razorpay-refund.ts';

/** Razorpay's messages about refunds: https://razorpay.com/docs/webhooks/validate-test and .../webhooks/refunds */

export type WebhookReading =
  | { kind: 'event'; event: GatewayEvent }
  /** Not signed with our secret. */
  | { kind: 'forged' }
  /** Genuine, and about something that we did not ask for. */
  | { kind: 'not-ours'; detail: string }
  /** Genuine, and not to be understood. */
  | { kind: 'malformed'; detail: string };

export interface WebhookDelivery {
  /** As it arrived: the signature is over these bytes. */
  rawBody: Buffer;
  /** x-razorpay-signature */
  signature: string | undefined;
  /** x-razorpay-event-id */
  eventId: string | undefined;
  secret: string;
}

const envelope = z.object({ entity: z.literal('event'), event: z.string() });
const refundEvent = z.object({
  // Until the year 9999, as the database stores no time beyond all measure.
  created_at: z.int().min(0).max(253_402_300_799),
  payload: z.object({ refund: z.object({ entity: razorpayRefund }) }),
});

/** Never throws. */
export function readRazorpayWebhook({
  rawBody,
  signature,
  eventId,
  secret,
}: WebhookDelivery): WebhookReading {
  if (!isSigned(rawBody, signature, secret)) return { kind: 'forged' };

  const body = parseJson(rawBody.toString('utf8'));
  const type = envelope.safeParse(body).data?.event;
  if (type === undefined) return { kind: 'malformed', detail: 'no event' };
  if (!type.startsWith('refund.')) return { kind: 'not-ours', detail: type };
  if (!eventId) return { kind: 'malformed', detail: `${type} without an event id` };

  const parsed = refundEvent.safeParse(body);
  if (!parsed.success) return { kind: 'malformed', detail: `${type}: ${z.prettifyError(parsed.error)}` };
  const { refund, ours } = parsed.data.payload.refund.entity;
  if (!ours) return { kind: 'not-ours', detail: `${type} of ${refund.id}, without our notes` };
  const happenedAt = new Date(parsed.data.created_at * 1000);
  return { kind: 'event', event: { id: eventId, type, happenedAt, ...ours, refund } };
}

/** Takes as long for a wrong signature as for the right one, so that nobody can guess it bit by bit. */
function isSigned(rawBody: Buffer, signature = '', secret: string): boolean {
  const hmac = (message: string | Buffer) => createHmac('sha256', secret).update(message).digest();
  // Both once more, so that they are of one length whatever was sent.
  return timingSafeEqual(hmac(signature), hmac(hmac(rawBody).toString('hex')));
}
