import { z } from 'zod';
import { urlBelow } from '../../platform/text/url-below.ts';
import type { CreateRefundResult, FindRefundResult, Gateway, RefundRequest } from './gateway.ts';
import { parseJson } from './parse-json.ts';
import {
  isFor,
  isOf,
  type OwnRefund,
  type RazorpayRefund,
  razorpayRefund,
  refundBody,
  refundKey,
} from './razorpay-refund.ts';
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
      const answer = await postRefund(options, request);
      if (answer.kind !== 'refused') return answer;
      // The refusal may be caused by an earlier attempt that succeeded: "fully refunded already".
      const earlier = await findRefund(options, request);
      if (earlier.kind === 'found')
        return { kind: 'accepted', refund: earlier.refund, generation: earlier.generation };
      return earlier.kind === 'none' ? answer : earlier;
    },
    findRefund: (request) => findRefund(options, request),
  };
}

async function postRefund(options: RazorpayOptions, request: RefundRequest): Promise<CreateRefundResult> {
  const reply = await callRazorpay(options, request, 'refund', {
    headers: { 'content-type': 'application/json', 'x-refund-idempotency': refundKey(request) },
    body: refundBody(request),
  });
  if ('trouble' in reply) return { kind: 'unknown', detail: reply.trouble };
  if (reply.status !== 200) return readRefusal(reply.status, reply.body);
  const made = razorpayRefund.safeParse(reply.body).data;
  const mismatch = made ? findMismatch(made, request) : 'an unreadable refund';
  return made && !mismatch
    ? { kind: 'accepted', refund: made.refund, generation: request.generation }
    : { kind: 'unknown', detail: `200 with ${mismatch}` };
}

/** Razorpay's largest page. */
const PAGE = 100;
/** Far more refunds than a payment can have. Ends the search if broken answers would make it endless. */
const MOST_PAGES = 50;
const page = z.object({ entity: z.literal('collection'), items: z.array(z.unknown()) });

async function findRefund(options: RazorpayOptions, request: RefundRequest): Promise<FindRefundResult> {
  const ours = new Map<string, OwnRefund>();
  // Newest first: a refund made during the search moves others to a later page, so none is missed.
  for (let skip = 0; skip < MOST_PAGES * PAGE; skip += PAGE) {
    const reply = await callRazorpay(options, request, `refunds?count=${PAGE}&skip=${skip}`);
    if ('trouble' in reply) return { kind: 'unknown', detail: reply.trouble };
    if (reply.status !== 200) {
      const refusal = readRefusal(reply.status, reply.body);
      return refusal.kind === 'refused' && refusal.reason === 'PAYMENT_UNKNOWN'
        ? { kind: 'none' }
        : { kind: 'unknown', detail: refusal.detail };
    }
    const { data } = page.safeParse(reply.body);
    const refunds = data?.items.map((item) => razorpayRefund.safeParse(item).data);
    // The unreadable refund may be ours.
    if (!refunds?.every((refund) => refund !== undefined))
      return { kind: 'unknown', detail: '200 with an unreadable list of refunds' };
    for (const one of refunds) {
      if (!isOf(one, request)) continue;
      const mismatch = findMismatch(one, { ...request, generation: one.ours.generation });
      if (mismatch) return { kind: 'unknown', detail: `found ${mismatch}` };
      ours.set(one.refund.id, one);
    }
    if (refunds.length < PAGE) return chooseRefund([...ours.values()], request);
  }
  return { kind: 'unknown', detail: `more than ${MOST_PAGES} pages of refunds` };
}

function chooseRefund(ours: OwnRefund[], request: RefundRequest): FindRefundResult {
  const own = ours.find((one) => isFor(one, request));
  const unfailed = ours.filter(({ refund }) => refund.status !== 'failed');
  const chosen = own && unfailed.includes(own) ? own : (unfailed[0] ?? own);
  if (!chosen) return { kind: 'none' };
  const others = unfailed.filter((one) => one !== chosen).map(({ refund }) => refund.id);
  return { kind: 'found', refund: chosen.refund, generation: chosen.ours.generation, others };
}

function findMismatch(made: RazorpayRefund, request: RefundRequest): string | null {
  const { id, amount } = made.refund;
  if (made.transactionId !== request.transactionId) return `${id} of another payment, ${made.transactionId}`;
  if (amount !== request.amount) return `${id} of another amount, ${amount} paise`;
  if (!isFor(made, request)) return `${id} of another refund or generation`;
  return null;
}

type Reply = { status: number; body: unknown } | { trouble: string };

/** Never throws. The body is undefined if it is not JSON. */
async function callRazorpay(
  { baseUrl, keyId, keySecret, timeoutMs }: RazorpayOptions,
  { transactionId }: RefundRequest,
  path: string,
  post: { headers: Record<string, string>; body: string } | null = null,
): Promise<Reply> {
  try {
    const url = urlBelow(`/v1/payments/${encodeURIComponent(transactionId)}/${path}`, baseUrl);
    const response = await fetch(url, {
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
