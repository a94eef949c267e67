import { z } from 'zod';
import { urlBelow } from '../platform/text/url-below.ts';
import type { SmsResult, SmsSender } from './sms-sender.ts';

interface TwilioSettings {
  /** https://api.twilio.com */
  baseUrl: string;
  accountSid: string;
  authToken: string;
  /** A number of the account, in E.164. */
  from: string;
  timeoutMs: number;
}

const Created = z.object({ sid: z.string().min(1) });
const Refused = z.object({ code: z.number(), message: z.string() });

/** Errors of fetch that occur before any part of the request is sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Twilio's Messages resource (API version 2010-04-01). It has no idempotency keys, so this sender never retries. */
export function createTwilioSmsSender(settings: TwilioSettings): SmsSender {
  const { accountSid, authToken } = settings;
  const url = urlBelow(`/2010-04-01/Accounts/${accountSid}/Messages.json`, settings.baseUrl);
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  return {
    send: async ({ to, text }) => {
      try {
        const response = await fetch(url, {
          method: 'POST',
          // The server may close an idle connection just as a request is sent, which leaves the result unknown.
          headers: { authorization, accept: 'application/json', connection: 'close' },
          body: new URLSearchParams({ To: to, From: settings.from, Body: text }),
          redirect: 'manual',
          signal: AbortSignal.timeout(settings.timeoutMs),
        });
        return readAnswer(response.status, await response.text());
      } catch (error) {
        return readFailure(error);
      }
    },
  };
}

/** Only a 4xx means that Twilio did not accept the message, except 408: a proxy sends it when it stops waiting. */
function readAnswer(status: number, body: string): SmsResult {
  const answer = readJson(body);
  if (status >= 200 && status < 300) {
    const created = Created.safeParse(answer);
    if (created.success) return { kind: 'sent', id: created.data.sid };
    return { kind: 'unknown', detail: `HTTP ${status} without a sid` };
  }
  const refused = Refused.safeParse(answer);
  const detail = `HTTP ${status}${refused.success ? ` ${refused.data.code}: ${refused.data.message}` : ''}`;
  if (status < 400 || status >= 500 || status === 408) return { kind: 'unknown', detail };
  // An error of our account or a rate limit is temporary; an invalid message stays invalid.
  return { kind: [401, 403, 404, 429].includes(status) ? 'notTaken' : 'refused', detail };
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function readFailure(error: unknown): SmsResult {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return NOT_CONNECTED.has(code)
    ? { kind: 'notTaken', detail: code }
    : { kind: 'unknown', detail: `${code} ${cause instanceof Error ? cause.message : cause}`.trim() };
}
