import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { GatewayEvent } from './gateway.ts';
import { parseJson } from './parse-json.ts';
import { razorpayRefund } from './razorpay-refund.ts';

/** Razorpay's webhooks about refunds: https://razorpay.com/docs/webhooks/validate-test and .../webhooks/refunds */

export type WebhookReading =
  | { kind: 'event'; event: GatewayEvent }
  /** The signature is not by our secret. */
  | { kind: 'forged' }
  /** Signed, but not about a refund that we requested. */
  | { kind: 'not-ours'; detail: string }
  /** Signed, but not readable. */
  | { kind: 'malformed'; detail: string };

export interface WebhookDelivery {
  /** The bytes as received; the signature covers them. */
  rawBody: Buffer;
  /** x-razorpay-signature */
  signature: string | undefined;
  /** x-razorpay-event-id */
  eventId: string | undefined;
  secret: string;
  /** The secret before a change, which still signs deliveries that are repeated; null for none. */
  secretBefore?: string | null;
}

const envelope = z.object({ entity: z.literal('event'), event: z.string() });
const refundEvent = z.object({
  // Seconds, up to the year 9999: the database cannot store arbitrary times.
  created_at: z.int().min(0).max(253_402_300_799),
  payload: z.object({ refund: z.object({ entity: razorpayRefund }) }),
});

/** Verifies the signature, then parses the body. Never throws. */
export function readRazorpayWebhook({
  rawBody,
  signature,
  eventId,
  secret,
  secretBefore = null,
}: WebhookDelivery): WebhookReading {
  const secrets = secretBefore === null ? [secret] : [secret, secretBefore];
  if (!secrets.some((one) => isSigned(rawBody, signature, one))) return { kind: 'forged' };

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

/** Compares in constant time, so an attacker cannot guess the signature byte by byte. */
function isSigned(rawBody: Buffer, signature = '', secret: string): boolean {
  const hmac = (message: string | Buffer) => createHmac('sha256', secret).update(message).digest();
  // timingSafeEqual needs equal lengths, so both sides are hashed once more.
  return timingSafeEqual(hmac(signature), hmac(hmac(rawBody).toString('hex')));
}
