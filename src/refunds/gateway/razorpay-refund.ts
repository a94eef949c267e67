import { z } from 'zod';
import { plainText } from '../../platform/text/plain-text.ts';
import type { GatewayRefund, RefundRequest } from './gateway.ts';

/** A refund in Razorpay's words: https://razorpay.com/docs/api/refunds/entity */

/** Razorpay asks for at least ten letters, digits, hyphens and underscores. */
export function refundKey({ refundId, generation }: RefundRequest): string {
  return `${refundId}-${generation}`;
}

/**
 * What is sent for a request: the same bytes for the same request, or Razorpay rejects the key. It also refuses a second
 * refund of a payment with the same receipt, so that one cannot be made even after it has forgotten the key.
 */
export function refundBody(request: RefundRequest): string {
  const { userId, ticketId, refundId, generation } = request;
  return JSON.stringify({
    amount: Number(request.amount),
    speed: 'normal',
    receipt: receiptOf(request),
    notes: { userId, ticketId, refundId, generation: String(generation) },
  });
}

/** Without our prefix: Razorpay's receipts of orders have at most 40 characters, for refunds it names no limit. */
function receiptOf(request: RefundRequest): string {
  return refundKey(request).replace(/^refund-/, '');
}

/** The database stores no NUL, so whatever it is to store or to look for must not have one. */
const id = z.string().regex(/^[\x21-\x7e]{1,128}$/);
const reference = z.string().transform(plainText).nullish();
const ourNotes = z.object({
  userId: id,
  ticketId: id,
  refundId: id,
  generation: z.stringFormat('generation', /^[1-9]\d{0,8}$/).transform(Number),
});

export const razorpayRefund = z
  .object({
    id: id.startsWith('rfnd_'),
    entity: z.literal('refund'),
    amount: z.int().nonnegative(),
    currency: z.literal('INR'),
    payment_id: id,
    // What PHP says for an empty object is an empty list.
    notes: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).nullish(),
    acquirer_data: z
      .union([z.object({ arn: reference, rrn: reference, utr: reference }), z.array(z.unknown())])
      .nullish(),
    status: z.enum(['pending', 'processed', 'failed']),
    created_at: z.int().nonnegative(),
  })
  .transform(({ id, amount, payment_id, notes, acquirer_data, status, created_at }) => {
    const bank = acquirer_data && !Array.isArray(acquirer_data) ? acquirer_data : {};
    const refund: GatewayRefund = {
      id,
      status,
      amount: BigInt(amount),
      bankReference: bank.arn || bank.rrn || bank.utr || null,
      createdAt: new Date(created_at * 1000),
    };
    /** Null for a refund that we did not ask for. */
    const ours = ourNotes.safeParse(notes).data ?? null;
    return { refund, transactionId: payment_id, ours };
  });

export type RazorpayRefund = z.infer<typeof razorpayRefund>;
export type OwnRefund = RazorpayRefund & { ours: NonNullable<RazorpayRefund['ours']> };

/** Whether a refund was made for this request or one of another generation. */
export function isOf(made: RazorpayRefund, request: RefundRequest): made is OwnRefund {
  const { userId, ticketId, refundId } = request;
  return made.ours?.userId === userId && made.ours.ticketId === ticketId && made.ours.refundId === refundId;
}

/** Whether a refund was made for this demand's key. */
export function isFor(made: RazorpayRefund, request: RefundRequest): boolean {
  return isOf(made, request) && made.ours.generation === request.generation;
}
