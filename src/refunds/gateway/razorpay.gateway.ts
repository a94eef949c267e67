import { z } from 'zod';
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
  /** For each request, its answer's body included. */
  timeoutMs: number;
}

/** Razorpay's refund API: https://razorpay.com/docs/api/refunds/normal-refunds-idempotent */
export function createRazorpayGateway(options: RazorpayOptions): Gateway {
  return {
    async createRefund(request) {
      const answer = await postRefund(options, request);
      if (answer.kind !== 'refused') return answer;
      // The no may be because of an earlier sending that got through: "fully refunded already".
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
  const wrong = made ? whatIsWrong(made, request) : 'no refund that can be read';
  return made && !wrong
    ? { kind: 'accepted', refund: made.refund, generation: request.generation }
    : { kind: 'unknown', detail: `200 with ${wrong}` };
}

/** The most that Razorpay gives at a time. */
const PAGE = 100;
/** Far more refunds than a payment can have; ends a look-up that a broken answer would make endless. */
const MOST_PAGES = 50;
const page = z.object({ entity: z.literal('collection'), items: z.array(z.unknown()) });

async function findRefund(options: RazorpayOptions, request: RefundRequest): Promise<FindRefundResult> {
  const ours = new Map<string, OwnRefund>();
  // Newest first: a refund made meanwhile pushes others to a later page, so that none is missed.
  for (let skip = 0; skip < MOST_PAGES * PAGE; skip += PAGE) {
    const reply = await callRazorpay(options, request, `refunds?count=${PAGE}&skip=${skip}`);
    if ('trouble' in reply) return { kind: 'unknown', detail: reply.trouble };
    if (reply.status !== 200) {
      const no = readRefusal(reply.status, reply.body);
      return no.kind === 'refused' && no.reason === 'PAYMENT_UNKNOWN'
        ? { kind: 'none' }
        : { kind: 'unknown', detail: no.detail };
    }
    const { data } = page.safeParse(reply.body);
    const refunds = data?.items.map((item) => razorpayRefund.safeParse(item).data);
    // A refund that cannot be read may be the one.
    if (!refunds?.every((refund) => refund !== undefined))
      return { kind: 'unknown', detail: '200 with no list of refunds that can be read' };
    for (const one of refunds) {
      if (!isOf(one, request)) continue;
      const wrong = whatIsWrong(one, { ...request, generation: one.ours.generation });
      if (wrong) return { kind: 'unknown', detail: `found ${wrong}` };
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

function whatIsWrong(made: RazorpayRefund, request: RefundRequest): string | null {
  const { id, amount } = made.refund;
  if (made.transactionId !== request.transactionId) return `${id} of another payment, ${made.transactionId}`;
  if (amount !== request.amount) return `${id} of another amount, ${amount} paise`;
  if (!isFor(made, request)) return `${id} of another request`;
  return null;
}

type Reply = { status: number; body: unknown } | { trouble: string };

/** Never throws. A body that is no JSON is undefined. */
async function callRazorpay(
  { baseUrl, keyId, keySecret, timeoutMs }: RazorpayOptions,
  { transactionId }: RefundRequest,
  path: string,
  post: { headers: Record<string, string>; body: string } | null = null,
): Promise<Reply> {
  try {
    const url = new URL(`/v1/payments/${encodeURIComponent(transactionId)}/${path}`, baseUrl);
    const response = await fetch(url, {
      method: post ? 'POST' : 'GET',
      headers: { ...post?.headers, authorization: `Basic ${btoa(`${keyId}:${keySecret}`)}` },
      body: post?.body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
      // Our credentials go to nobody else.
      redirect: 'error',
    });
    return { status: response.status, body: parseJson(await response.text()) };
  } catch (error) {
    return { trouble: describe(error) };
  }
}

/** Node's fetch says "fetch failed", and why in the cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
