import { createHash } from 'node:crypto';
import { FIRST_STEP } from '../tickets/payments/refund-step.ts';

/**
 * The id of a refund. It depends on ticket and step only, so a database that was restored from an older backup makes
 * the same id again, and the gateway recognises the refund by its key and receipt (docs/decisions/060).
 */
export function refundIdOf(
  { userId, ticketId }: { userId: string; ticketId: string },
  step = FIRST_STEP,
): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([userId, ticketId, step]))
    .digest('hex');
  // Short enough for a receipt of 40 characters with the generation.
  return `refund-${digest.slice(0, 32)}`;
}
