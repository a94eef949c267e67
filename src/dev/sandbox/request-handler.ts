import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { createDemandEndpoint } from './answer-demand.ts';
import type { SandboxConfig } from './config.ts';
import { type Faults, faultSettings, MANGLINGS, type Mangling } from './faults.ts';
import type { Ledger } from './ledger.ts';
import { lookUp } from './look-ups.ts';
import { sendAnswer } from './mangle-answer.ts';
import { type Answer, json, refuse } from './razorpay-answer.ts';

type Reply = [answer: Answer, mangling: Mangling | null];

/** Routes requests by their path. */
export function createRequestHandler(
  { keyId, keySecret }: SandboxConfig,
  ledger: Ledger,
  faults: Faults,
  answerDemand: ReturnType<typeof createDemandEndpoint>,
): RequestListener {
  const credentials = `Basic ${btoa(`${keyId}:${keySecret}`)}`;

  async function reply(request: IncomingMessage): Promise<Reply> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sandbox');
    const body = await text(request);
    const asked = `${request.method} ${pathname}`;
    if (asked === 'GET /sandbox/ledger') return [json(ledger.report()), null];
    if (asked === 'POST /sandbox/faults') return [setFaults(faults, body), null];

    if (pathname.startsWith('/v1/') && request.headers.authorization !== credentials)
      return [refuse({ description: 'The api key provided is invalid' }, 401), null];
    const found = request.method === 'GET' ? lookUp(ledger, pathname, searchParams) : null;
    if (found) return [found, faults.draw('lookUp')];
    const [, paymentId] = /^POST \/v1\/payments\/([^/]+)\/refund$/.exec(asked) ?? [];
    if (paymentId) {
      const fault = faults.draw('demand');
      const mangling = MANGLINGS.find((name) => fault?.endsWith(`:${name}`)) ?? null;
      if (fault?.startsWith('before:')) return [json({}), mangling];
      const key = request.headers['x-refund-idempotency']?.toString();
      return [await answerDemand({ paymentId, key, body }, fault), mangling];
    }
    return [refuse({ description: 'The requested URL was not found on the server.' }), null];
  }

  return (request, response) => {
    reply(request).then(
      ([answer, mangling]) => sendAnswer(response, answer, mangling),
      (error) =>
        sendAnswer(
          response,
          refuse({ description: String(error) }, error instanceof SyntaxError ? 400 : 500),
          null,
        ),
    );
  };
}

function setFaults(faults: Faults, body: string): Answer {
  const { data, error } = faultSettings.safeParse(JSON.parse(body));
  if (!data) return refuse({ description: z.prettifyError(error) });
  faults.set(data);
  return json(data);
}
