import { z } from 'zod';
import { urlBelow } from '../../platform/text/url-below.ts';
import type {
  CreateRefundResult,
  FindRefundResult,
  Gateway,
  ListRefundsResult,
  NotedRefund,
  RefundRequest,
} from './gateway.ts';
import { parseJson } from './parse-json.ts';
import { isFor, isOf, type RefundReading, readRefund, refundBody, refundKey } from './razorpay-refund.ts';
import { readRefusal } from './razorpay-refusal.ts';

export interface RazorpayOptions {
  /** https://api.razorpay.com, or the sandbox's address. */
  baseUrl: string;
  keyId: string;
  keySecret: string;
  /** Milliseconds for each request, including the body of the answer. */
  timeoutMs: number;
}

/** Razorpay's refund API: https://razorpay.com/docs/api/refunds/normal-refunds-idempotent */
export function createRazorpayGateway(options: RazorpayOptions): Gateway {
  return {
    async createRefund(request) {
      // JSON would round it.
      if (request.amount > Number.MAX_SAFE_INTEGER)
        return {
          kind: 'refused',
          reason: 'REFUSED',
          retry: false,
          detail: 'the amount is too large to be sent',
        };
      const answer = await postRefund(options, request);
      if (answer.kind !== 'refused') return answer;
      // The refusal may be caused by an earlier attempt that succeeded: "fully refunded already".
      const earlier = await findRefund(options, request);
      if (earlier.kind === 'found')
        return { kind: 'accepted', refund: earlier.refund, generation: earlier.generation };
      return earlier.kind === 'none' ? answer : earlier;
    },
    findRefund: (request) => findRefund(options, request),
    listRefunds: (since) => listRefunds(options, since),
  };
}

async function postRefund(options: RazorpayOptions, request: RefundRequest): Promise<CreateRefundResult> {
  const reply = await callRazorpay(options, `${pathOf(request)}/refund`, {
    headers: { 'content-type': 'application/json', 'x-refund-idempotency': refundKey(request) },
    body: refundBody(request),
  });
  if ('trouble' in reply) return { kind: 'unknown', detail: reply.trouble };
  if (reply.status !== 200) return readRefusal(reply.status, reply.body);
  const made = readRefund(reply.body);
  if (made.kind !== 'ours') return { kind: 'unknown', detail: `200 with a refund that is ${made.kind}` };
  const { refund } = made.noted;
  const mismatch = isFor(made.noted, request)
    ? findMismatch(made.noted, request)
    : `${refund.id} of another refund or generation`;
  return mismatch
    ? { kind: 'unknown', detail: `200 with ${mismatch}` }
    : { kind: 'accepted', refund, generation: request.generation };
}

async function findRefund(options: RazorpayOptions, request: RefundRequest): Promise<FindRefundResult> {
  const pages = await readPages(options, `${pathOf(request)}/refunds?`, MOST_PAGES_OF_PAYMENT);
  if (pages.kind === 'unknown')
    return pages.paymentUnknown ? { kind: 'none' } : { kind: 'unknown', detail: pages.detail };
  const ours = new Map<string, NotedRefund>();
  const byHand: NotedRefund[] = [];
  for (const reading of pages.readings) {
    if (reading.kind === 'foreign') {
      const made = reading.made && asMadeByHand(reading.made, request);
      if (made) byHand.push(made);
      continue;
    }
    if (reading.kind === 'unreadable') {
      // It may be of this ticket.
      if (reading.notes && reading.notes.ticketId !== request.ticketId) continue;
      return { kind: 'unknown', detail: '200 with an unreadable list of refunds' };
    }
    const { noted } = reading;
    if (!isOf(noted, request)) continue;
    const mismatch = findMismatch(noted, request);
    if (mismatch && noted.refund.status !== 'failed') return { kind: 'unknown', detail: `found ${mismatch}` };
    if (!mismatch) ours.set(noted.refund.id, noted);
  }
  const isKnown = byHand.some(({ refund }) => refund.id === request.gatewayRefundId);
  if (!request.hasRival || isKnown) return chooseRefund([...ours.values(), ...byHand], request);
  const chosen = chooseRefund([...ours.values()], request);
  const [made] = byHand;
  return chosen.kind === 'found' || !made
    ? chosen
    : {
        kind: 'unknown',
        detail: `${made.refund.id} may be of several refunds: settle the one that it is of`,
      };
}

async function listRefunds(options: RazorpayOptions, since: Date): Promise<ListRefundsResult> {
  const from = Math.floor(since.getTime() / 1000);
  const pages = await readPages(options, `/v1/refunds?from=${from}&`, MOST_PAGES_OF_ACCOUNT);
  if (pages.kind === 'unknown') return { kind: 'unknown', detail: pages.detail };
  const ours = new Map<string, NotedRefund>();
  const unreadable: string[] = [];
  for (const reading of pages.readings) {
    if (reading.kind === 'ours') ours.set(reading.noted.refund.id, reading.noted);
    else if (reading.kind === 'unreadable' && reading.notes) unreadable.push(reading.notes.ticketId);
  }
  return { kind: 'listed', refunds: [...ours.values()], unreadable };
}

/** Razorpay's largest page. */
const PAGE = 100;
/** Far more refunds than a payment can have. Ends the search if broken answers would make it endless. */
const MOST_PAGES_OF_PAYMENT = 50;
/** Ten million refunds. */
const MOST_PAGES_OF_ACCOUNT = 100_000;
const page = z.object({ entity: z.literal('collection'), items: z.array(z.unknown()) });

type Pages =
  | { kind: 'read'; readings: RefundReading[] }
  | { kind: 'unknown'; detail: string; paymentUnknown: boolean };

/** Reads a list of refunds, newest first: one made meanwhile moves others to a later page, so none is missed. */
async function readPages(options: RazorpayOptions, path: string, mostPages: number): Promise<Pages> {
  const unknown = (detail: string): Pages => ({ kind: 'unknown', detail, paymentUnknown: false });
  const readings: RefundReading[] = [];
  for (let skip = 0; skip < mostPages * PAGE; skip += PAGE) {
    const reply = await callRazorpay(options, `${path}count=${PAGE}&skip=${skip}`);
    if ('trouble' in reply) return unknown(reply.trouble);
    if (reply.status !== 200) {
      const refusal = readRefusal(reply.status, reply.body);
      const paymentUnknown = refusal.kind === 'refused' && refusal.reason === 'PAYMENT_UNKNOWN';
      return { kind: 'unknown', detail: refusal.detail, paymentUnknown };
    }
    const { data } = page.safeParse(reply.body);
    if (!data) return unknown('200 with an unreadable list of refunds');
    readings.push(...data.items.map(readRefund));
    if (data.items.length < PAGE) return { kind: 'read', readings };
  }
  return unknown(`more than ${mostPages} pages of refunds`);
}

function chooseRefund(ours: NotedRefund[], request: RefundRequest): FindRefundResult {
  const own =
    ours.find(({ refund }) => refund.id === request.gatewayRefundId) ??
    ours.find((one) => isFor(one, request));
  const unfailed = ours.filter(({ refund }) => refund.status !== 'failed');
  const chosen = own && unfailed.includes(own) ? own : (unfailed[0] ?? own);
  if (!chosen) return { kind: 'none' };
  const others = unfailed.filter((one) => one !== chosen).map(({ refund }) => refund.id);
  return { kind: 'found', refund: chosen.refund, generation: chosen.generation, others };
}

/** A refund that a person made in the dashboard, as if it was noted with our ids; null if it is of something else. */
function asMadeByHand(
  made: Pick<NotedRefund, 'transactionId' | 'refund'>,
  request: RefundRequest,
): NotedRefund | null {
  const { userId, ticketId, step, refundId, generation, gatewayRefundId, requestedAt, others = [] } = request;
  const { id, createdAt } = made.refund;
  // The gateway's times are whole seconds.
  const isLater = requestedAt !== undefined && createdAt.getTime() + 999 >= requestedAt.getTime();
  const isKnown = id === gatewayRefundId;
  // One that failed returned nothing, so the refund is still to be made.
  if (!isKnown && (!isLater || others.includes(id) || made.refund.status === 'failed')) return null;
  if (findMismatch(made, request)) return null;
  return { userId, ticketId, refundId, generation, step, ...made };
}

/** Compares a refund of the ticket with the request; null if they match. */
function findMismatch(
  { refund, transactionId }: Pick<NotedRefund, 'transactionId' | 'refund'>,
  request: RefundRequest,
): string | null {
  const { id, amount } = refund;
  if (transactionId !== request.transactionId) return `${id} of another payment, ${transactionId}`;
  if (amount !== request.amount) return `${id} of another amount, ${amount} paise`;
  return null;
}

function pathOf({ transactionId }: RefundRequest): string {
  return `/v1/payments/${encodeURIComponent(transactionId.toWellFormed())}`;
}

type Reply = { status: number; body: unknown } | { trouble: string };

/** Never throws. The body is undefined if it is not JSON. */
async function callRazorpay(
  { baseUrl, keyId, keySecret, timeoutMs }: RazorpayOptions,
  path: string,
  post: { headers: Record<string, string>; body: string } | null = null,
): Promise<Reply> {
  try {
    const response = await fetch(urlBelow(path, baseUrl), {
      method: post ? 'POST' : 'GET',
      headers: { ...post?.headers, authorization: `Basic ${btoa(`${keyId}:${keySecret}`)}` },
      body: post?.body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
      // A redirect could send our credentials to another host.
      redirect: 'error',
    });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch (error) {
    return { trouble: describeFailure(error) };
  }
}

/** Node's fetch throws "fetch failed", with the reason in its cause. */
function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
