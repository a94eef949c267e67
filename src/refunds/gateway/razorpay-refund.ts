import { z } from 'zod';
import { plainText } from '../../platform/text/plain-text.ts';
import type { GatewayRefund, RefundRequest } from './gateway.ts';

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
  const { userId, ticketId, refundId, generation } = request;
  return JSON.stringify({
    amount: Number(request.amount),
    speed: 'normal',
    receipt: receiptOf(request),
    notes: { userId, ticketId, refundId, generation: String(generation) },
  });
}

/** Without our prefix. Razorpay limits the receipts of orders to 40 characters and documents no limit for refunds. */
function receiptOf(request: RefundRequest): string {
  return refundKey(request).replace(/^refund-/, '');
}

/** PostgreSQL cannot store or compare a NUL, so only printable characters are accepted. */
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
    // Razorpay sends an empty object as [].
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
    /** Null if we did not request the refund. */
    const ours = ourNotes.safeParse(notes).data ?? null;
    return { refund, transactionId: payment_id, ours };
  });

export type RazorpayRefund = z.infer<typeof razorpayRefund>;
export type OwnRefund = RazorpayRefund & { ours: NonNullable<RazorpayRefund['ours']> };

/** Whether any generation of this request made the refund. */
export function isOf(made: RazorpayRefund, request: RefundRequest): made is OwnRefund {
  const { userId, ticketId, refundId } = request;
  return made.ours?.userId === userId && made.ours.ticketId === ticketId && made.ours.refundId === refundId;
}

/** Whether this generation of the request made the refund. */
export function isFor(made: RazorpayRefund, request: RefundRequest): boolean {
  return isOf(made, request) && made.ours.generation === request.generation;
}
