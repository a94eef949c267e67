import { json, refusal, startTwilioServer } from '../notifications/twilio.server.ts';
import type { Findings } from './findings.ts';

export interface TakenSms {
  sid: string;
  to: string;
  body: string;
}

export interface SmsServer {
  url: string;
  /** What was delivered, in order. */
  taken: TakenSms[];
  /** Those of which the sender was never told, by our fault. */
  unanswered: TakenSms[];
  /** Is waited for after an SMS was delivered and before the sender hears of it. */
  beforeAnswer: (sms: TakenSms) => Promise<void>;
  /** Draws what goes wrong with the next SMS. */
  fault: () => 'refused with 429' | 'delivered, but never answered' | null;
  close(): Promise<void>;
}

/** Twilio, as far as Usher knows it; keeps what it takes. */
export async function startSmsServer(findings: Findings): Promise<SmsServer> {
  const twilio = await startTwilioServer();
  const server: SmsServer = {
    url: twilio.url,
    taken: [],
    unanswered: [],
    beforeAnswer: async () => {},
    fault: () => null,
    close: twilio.close,
  };
  twilio.answer = async (response, request) => {
    const { To: to = '', Body: body = '' } = twilio.requests.at(-1)?.form ?? {};
    const fault = server.fault();
    if (fault) findings.count(`SMS faults: ${fault}`);
    if (fault === 'refused with 429') return refusal(429, 20429, 'Too many requests')(response, request);
    const sid = `SM${String(server.taken.length + 1).padStart(32, '0')}`;
    const sms = { sid, to, body };
    server.taken.push(sms);
    if (fault) {
      server.unanswered.push(sms);
      return response.destroy();
    }
    await server.beforeAnswer(sms);
    json(201, { sid, status: 'queued', error_code: null, error_message: null })(response, request);
  };
  return server;
}
