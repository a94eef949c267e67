import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { GatewayEvent } from './gateway.ts';
import { parseJson } from './parse-json.ts';
import { type OurNotes, readRefund } from './razorpay-refund.ts';

/** Razorpay's webhooks about refunds: https://razorpay.com/docs/webhooks/validate-test and .../webhooks/refunds */

export type WebhookReading =
  | { kind: 'event'; event: GatewayEvent }
  /** The signature is not by our secret. */
  | { kind: 'forged' }
  /**
   * Signed, but not about a refund that we requested: of another shop on the account, made in the dashboard, or no
   * refund at all. `transactionId` is the gateway's id of the payment, if it can be read.
   */
  | { kind: 'not-ours'; detail: string; transactionId: string | null }
  /** Signed and noted with our ids, but not readable. */
  | { kind: 'unreadable'; id: string; type: string; notes: OurNotes; detail: string };

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

const envelope = z.object({
  event: z.string(),
  payload: z.object({ refund: z.object({ entity: z.unknown() }) }),
});
const time = z.object({ created_at: z.number() });

/**
 * Verifies the signature, asks whose refund it is, and only then reads the rest: events of other shops on the account
 * may look like anything. Never throws.
 */
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
  const { data } = envelope.safeParse(body);
  if (!data?.event.startsWith('refund.')) return notOurs(data?.event ?? 'no event');
  const type = data.event.slice(0, 64);
  const id = eventId && EVENT_ID.test(eventId) ? eventId : idOfBody(rawBody);
  const reading = readRefund(data.payload.refund.entity);
  switch (reading.kind) {
    case 'foreign':
      return notOurs(`${type} without our notes`, reading.made?.transactionId);
    case 'unreadable': {
      const { notes, detail } = reading;
      return notes ? { kind: 'unreadable', id, type, notes, detail } : notOurs(detail);
    }
    case 'ours': {
      const { noted } = reading;
      const happenedAt = time.safeParse(body).data?.created_at;
      return happenedAt === undefined
        ? { kind: 'unreadable', id, type, notes: noted, detail: `${type} without a time` }
        : { kind: 'event', event: { ...noted, id, type, happenedAt: fromSeconds(happenedAt) } };
    }
  }
}

function notOurs(detail: string, transactionId: string | null = null): WebhookReading {
  return { kind: 'not-ours', detail, transactionId };
}

/** No longer than an index of PostgreSQL can take. */
const EVENT_ID = /^[\x21-\x7e]{1,128}$/;

/** For a delivery without a usable id. The signature covers the body, so the same event has the same body. */
function idOfBody(rawBody: Buffer): string {
  return `body-${createHash('sha256').update(rawBody).digest('hex')}`;
}

/** Up to the year 9999: the database cannot store arbitrary times. */
function fromSeconds(seconds: number): Date {
  return new Date(Math.min(Math.max(seconds, 0), 253_402_300_799) * 1_000);
}

/** Compares in constant time, so an attacker cannot guess the signature byte by byte. */
function isSigned(rawBody: Buffer, signature = '', secret: string): boolean {
  const hmac = (message: string | Buffer) => createHmac('sha256', secret).update(message).digest();
  // timingSafeEqual needs equal lengths, so both sides are hashed once more.
  return timingSafeEqual(hmac(signature), hmac(hmac(rawBody).toString('hex')));
}
