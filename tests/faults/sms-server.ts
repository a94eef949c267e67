import { json, refusal, startTwilioServer } from '../notifications/twilio.server.ts';
import type { Findings } from './findings.ts';

export interface TakenSms {
  sid: string;
  to: string;
  body: string;
}

export interface SmsServer {
  url: string;
  /** All delivered messages in order. */
  taken: TakenSms[];
  /** Messages whose sender got no response because of an injected fault. */
  unanswered: TakenSms[];
  /** Awaited after an SMS is delivered and before the sender receives the response. */
  beforeAnswer: (sms: TakenSms) => Promise<void>;
  /** Chooses the fault of the next SMS. */
  fault: () => 'refused with 429' | 'delivered, but never answered' | null;
  close(): Promise<void>;
}

/** A simulation of the part of Twilio that Usher uses. It records all messages. */
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
