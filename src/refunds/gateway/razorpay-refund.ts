import { z } from 'zod';
import { plainText } from '../../platform/text/plain-text.ts';
import { FIRST_STEP } from '../../tickets/payments/refund-step.ts';
import type { GatewayRefund, NotedRefund, RefundRequest } from './gateway.ts';

/** Razorpay's refund entity: https://razorpay.com/docs/api/refunds/entity */

/** The idempotency key. Razorpay requires at least ten letters, digits, hyphens and underscores. */
export function refundKey({ refundId, generation }: RefundRequest): string {
  return `${refundId}-${generation}`;
}

/**
 * The body to send. The same request gives the same bytes, because Razorpay rejects a known key with another body.
 * Razorpay also refuses a second refund with the same receipt, which protects us even after it has forgotten the key.
 */
export function refundBody(request: RefundRequest): string {
  const { userId, ticketId, step, refundId, generation } = request;
  // The first step is not noted, as in the requests of earlier versions.
  const noted = step === FIRST_STEP ? {} : { step: String(step) };
  return JSON.stringify({
    amount: Number(request.amount),
    speed: 'normal',
    receipt: receiptOf(request),
    notes: { userId, ticketId, ...noted, refundId, generation: String(generation) },
  });
}

/** Without our prefix. Razorpay limits the receipts of orders to 40 characters and documents no limit for refunds. */
function receiptOf(request: RefundRequest): string {
  return refundKey(request).replace(/^refund-/, '');
}

/** PostgreSQL cannot store or compare a NUL, so only printable characters are accepted. */
const id = z.string().regex(/^[\x21-\x7e]{1,128}$/);
/** Some banks' references are numbers. */
const reference = z.union([z.string(), z.number()]).transform((text) => plainText(String(text)));
const count = z.stringFormat('count', /^[1-9]\d{0,8}$/).transform(Number);

const withNotes = z.object({
  // Razorpay sends an empty object as [].
  notes: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullable(),
});
const ourNotes = z.object({ userId: id, ticketId: id, refundId: id });
const ourCounts = z.object({
  generation: count,
  step: count.default(FIRST_STEP),
});

/** The ids in the notes of a refund that we requested. */
export type OurNotes = z.infer<typeof ourNotes>;

const razorpayRefund = z
  .object({
    id: id.startsWith('rfnd_'),
    entity: z.literal('refund'),
    amount: z.int().nonnegative(),
    currency: z.literal('INR'),
    payment_id: id,
    acquirer_data: z
      .object({ arn: reference.nullish(), rrn: reference.nullish(), utr: reference.nullish() })
      .nullish()
      .catch(null),
    status: z.enum(['pending', 'processed', 'failed']),
    created_at: z.int().nonnegative(),
  })
  .transform(({ id, amount, payment_id, acquirer_data: bank, status, created_at }) => {
    const refund: GatewayRefund = {
      id,
      status,
      amount: BigInt(amount),
      bankReference: bank?.arn || bank?.rrn || bank?.utr || null,
      createdAt: new Date(created_at * 1000),
    };
    return { refund, transactionId: payment_id };
  });

/** A refund entity, read. Whose it is comes first: one of another shop on the account may look like anything. */
export type RefundReading =
  | { kind: 'ours'; noted: NotedRefund }
  /** Without notes of ours. `made` is null if it cannot be read, which is no fault of ours. */
  | { kind: 'foreign'; made: { refund: GatewayRefund; transactionId: string } | null }
  /** `notes` is null if the entity does not even have notes, so nobody knows whose it is. */
  | { kind: 'unreadable'; notes: OurNotes | null; detail: string };

/** Reads a refund entity: first whose it is, then the rest. */
export function readRefund(entity: unknown): RefundReading {
  const { data: given, error } = withNotes.safeParse(entity);
  if (!given) return { kind: 'unreadable', notes: null, detail: z.prettifyError(error) };
  const notes = ourNotes.safeParse(given.notes).data;
  const made = razorpayRefund.safeParse(entity);
  if (!notes) return { kind: 'foreign', made: made.data ?? null };
  const counts = ourCounts.safeParse(given.notes);
  const problem = made.error ?? counts.error;
  if (!made.data || !counts.data) {
    return { kind: 'unreadable', notes, detail: problem ? z.prettifyError(problem) : 'unreadable' };
  }
  return { kind: 'ours', noted: { ...notes, ...counts.data, ...made.data } };
}

/** Whether a refund is of the ticket and step of this request, under whatever id and generation it was made. */
export function isOf(noted: NotedRefund, { userId, ticketId, step }: RefundRequest): boolean {
  return noted.userId === userId && noted.ticketId === ticketId && noted.step === step;
}

/** Whether this generation of the request made the refund. */
export function isFor(noted: NotedRefund, request: RefundRequest): boolean {
  const { refundId, generation } = request;
  return isOf(noted, request) && noted.refundId === refundId && noted.generation === generation;
}
