import type { IncomingMessage, RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { type Answer, type createDemandEndpoint, refuse } from './answer-demand.ts';
import type { SandboxConfig } from './config.ts';
import { type Faults, faultSettings, MANGLINGS, type Mangling } from './faults.ts';
import { PAYMENT_ID } from './judge-demand.ts';
import type { Ledger, Refund } from './ledger.ts';
import { sendAnswer } from './mangle-answer.ts';

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
      return [refuse('The api key provided is invalid', 401), null];
    if (asked === 'GET /v1/refunds') return [listAll(ledger, searchParams), faults.draw('lookUp')];

    const [, method, paymentId, what] = /^(\w+) \/v1\/payments\/([^/]+)\/(refunds?)$/.exec(asked) ?? [];
    if (paymentId && method === 'GET' && what === 'refunds')
      return [listRefunds(ledger, paymentId, searchParams), faults.draw('lookUp')];
    if (paymentId && method === 'POST' && what === 'refund') {
      const fault = faults.draw('demand');
      const mangling = MANGLINGS.find((name) => fault?.endsWith(`:${name}`)) ?? null;
      if (fault?.startsWith('before:')) return [json({}), mangling];
      const key = request.headers['x-refund-idempotency']?.toString();
      return [await answerDemand({ paymentId, key, body }, fault), mangling];
    }
    return [refuse('The requested URL was not found on the server.'), null];
  }

  return (request, response) => {
    reply(request).then(
      ([answer, mangling]) => sendAnswer(response, answer, mangling),
      (error) => sendAnswer(response, refuse(String(error), error instanceof SyntaxError ? 400 : 500), null),
    );
  };
}

function setFaults(faults: Faults, body: string): Answer {
  const { data, error } = faultSettings.safeParse(JSON.parse(body));
  if (!data) return refuse(z.prettifyError(error));
  faults.set(data);
  return json(data);
}

const paging = z.object({
  from: z.coerce.number().int().default(0),
  to: z.coerce.number().int().default(Number.MAX_SAFE_INTEGER),
  count: z.coerce.number().int().min(1).max(100).default(10),
  skip: z.coerce.number().int().min(0).default(0),
});

/** GET /v1/payments/:id/refunds, newest first. */
function listRefunds(ledger: Ledger, paymentId: string, query: URLSearchParams): Answer {
  if (!PAYMENT_ID.test(paymentId)) return refuse('The id provided does not exist');
  return listSome(ledger.refundsOf(paymentId), query);
}

/** GET /v1/refunds, newest first. */
function listAll(ledger: Ledger, query: URLSearchParams): Answer {
  return listSome(ledger.all(), query);
}

function listSome(refunds: Refund[], query: URLSearchParams): Answer {
  const { data, error } = paging.safeParse(Object.fromEntries(query));
  if (!data) return refuse(z.prettifyError(error));
  const { from, to, skip, count } = data;
  const items = refunds
    .filter(({ created_at }) => created_at >= from && created_at <= to)
    .slice(skip, skip + count);
  return json({ entity: 'collection', count: items.length, items });
}

function json(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value) };
}
