import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDatabaseAway } from '../../platform/errors/database-fault.ts';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { applyWebhook } from '../../refunds/apply-webhook.ts';
import { findFailedRefunds } from '../../refunds/find-failed-refunds.ts';
import { readRazorpayWebhook } from '../../refunds/gateway/razorpay-webhook.ts';
import { keepWebhook } from '../../refunds/keep-webhook.ts';
import type { Services } from '../../tickets/request-context.ts';
import { type BodyAdmission, WEBHOOKS } from './body-admission.ts';
import { HttpError } from './http-error.ts';
import { readRawBody } from './read-body.ts';
import { respond } from './respond.ts';

export interface WebhookOptions {
  services: Services;
  bodies: BodyAdmission;
  /** Verifies the signatures. */
  secret: string;
  /** The secret before a change; null for none. */
  secretBefore: string | null;
}

/**
 * POST /webhooks/razorpay. Razorpay retries unless it gets a 2xx, and disables an endpoint that refuses for a day. So
 * every genuine event is answered with 200: what does not concern us is ignored, what cannot be read is kept.
 */
export async function answerRazorpayWebhook(
  request: IncomingMessage,
  response: ServerResponse,
  { services, bodies, secret, secretBefore }: WebhookOptions,
): Promise<void> {
  const { log } = services;
  const answer = (status: number, text: string) => respond(response, status, 'text/plain', text);
  if (request.method !== 'POST') return respond(response, 405, 'text/plain', 'POST only', { allow: 'POST' });
  try {
    const reading = readRazorpayWebhook({
      rawBody: await readRawBody(request, response, { bodies, reader: WEBHOOKS }),
      signature: headerOf(request, 'x-razorpay-signature'),
      eventId: headerOf(request, 'x-razorpay-event-id'),
      secret,
      secretBefore,
    });
    switch (reading.kind) {
      case 'forged':
        log.warn('a webhook with a wrong signature was refused');
        return answer(401, 'wrong signature');
      case 'unreadable': {
        const { id: eventId, type, notes, detail } = reading;
        if (!(await keepWebhook(services, reading))) return answer(200, 'ignored');
        log.error({ eventId, type, ...notes, detail }, 'a webhook cannot be understood');
        return answer(200, 'kept');
      }
      case 'not-ours': {
        const { transactionId } = reading;
        // It may have been made in the dashboard, instead of one of ours that failed: the worker reads the books.
        const failed = transactionId ? await findFailedRefunds(services.db, transactionId) : [];
        services.jobs.add(failed.map((payload) => ({ name: 'compare-refund', payload })));
        return answer(200, 'ignored');
      }
      case 'event': {
        const outcome = await applyWebhook(services, reading.event);
        const { id, type, refundId } = reading.event;
        if (outcome === 'unexpected')
          log.warn({ eventId: id, type, refundId }, 'a webhook of no refund we wait for');
        if (outcome === 'kept')
          log.error({ eventId: id, type, refundId }, 'a webhook contradicts what we know of its refund');
        return answer(200, outcome);
      }
    }
  } catch (error) {
    if (error instanceof HttpError) return answer(error.status, error.message);
    if (error instanceof UsherError) return answer(503, 'try again');
    log.error({ err: error }, 'a webhook could not be applied');
    return answer(isDatabaseAway(error) ? 503 : 500, 'try again');
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
