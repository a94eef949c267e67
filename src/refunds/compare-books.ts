import { formatRupees } from '../platform/money/money.ts';
import { FIRST_STEP } from '../tickets/payments/refund-step.ts';
import type { NotedRefund } from './gateway/gateway.ts';
import type { TicketBooks } from './read-ticket-books.ts';

/**
 * Compares the gateway's refunds of our tickets with our rows. Pure.
 *
 * @param ours by ticket; a ticket that we do not have is missing
 * @returns one line for each difference that a person should know of
 */
export function compareBooks(theirs: readonly NotedRefund[], ours: readonly TicketBooks[]): string[] {
  const booksOf = new Map(ours.map((books) => [keyOf(books), books]));
  const byStep = new Map<string, NotedRefund[]>();
  for (const one of theirs) {
    const key = JSON.stringify([keyOf(one), one.step]);
    byStep.set(key, [...(byStep.get(key) ?? []), one]);
  }
  return [...byStep.values()].flatMap((made) => {
    const [first] = made;
    return first ? differencesOf(first, made, booksOf.get(keyOf(first))) : [];
  });
}

function keyOf({ userId, ticketId }: { userId: string; ticketId: string }): string {
  return JSON.stringify([userId, ticketId]);
}

function differencesOf(
  { userId, ticketId, step }: NotedRefund,
  made: NotedRefund[],
  ours: TicketBooks | undefined,
): string[] {
  const part = step === FIRST_STEP ? '' : `, step ${step}`;
  const says = (text: string) => `${ticketId} of ${userId}${part}: ${text}`;
  const paid = made.filter(({ refund }) => refund.status !== 'failed');
  const [one, ...others] = paid;
  if (!one) return [];
  const amount = `${formatRupees(one.refund.amount)} by ${one.refund.id}`;
  const twice =
    others.length > 0
      ? [says(`refunded more than once: ${paid.map(({ refund }) => refund.id).join(', ')}`)]
      : [];
  if (!ours) return [says(`refunded ${amount}, and there is no such ticket here`), ...twice];
  const { status, refunds, transactionId } = ours;
  const refund = refunds.find((one) => one.step === step);
  if (!refund) return [says(`refunded ${amount}, and here it is ${status}`), ...twice];
  const wrong = [
    ...(one.transactionId === transactionId ? [] : [`of another payment, ${one.transactionId}`]),
    ...(one.refund.amount === refund.refundAmount
      ? []
      : [`here the refund ${refund.id} is of ${formatRupees(refund.refundAmount)}`]),
    ...(refund.status === 'PROCESSED' ? [] : [`here the refund ${refund.id} is ${refund.status}`]),
  ];
  return [...wrong.map((text) => says(`refunded ${amount}, ${text}`)), ...twice];
}
