import { EARLIEST } from '../../platform/time/read-instant.ts';

/** The cancellation rules: pure functions of a ticket, its policy, the start of its show and a time. */

/** The rules that a ticket was sold under. They never change. */
export interface CancellationPolicy {
  name: string;
  version: number;
  /** Cancelling is refused from this many minutes before the show starts. */
  cutoffMinutes: number;
  /** Tier i applies while more than tierOverMinutes[i] minutes are left. In descending order; the last is 0. */
  tierOverMinutes: number[];
  /** The fee of tier i in basis points of the total amount: 1000 is 10 %. */
  tierFeeBps: number[];
  etaMinBusinessDays: number;
  etaMaxBusinessDays: number;
}

/** The facts of a ticket that a decision needs. Amounts in paise. */
export interface CancellableTicket {
  status: 'PENDING_PAYMENT' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  totalAmount: bigint;
  showStart: Date;
  policy: CancellationPolicy;
  /** Null if there is none. */
  payment: PaymentState | null;
}

/** What a decision needs of a payment. */
export interface PaymentState {
  status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'REFUNDED';
  amount: bigint;
}

/** The fee and refund of cancelling at one time. Amounts in paise; fee + refund = original. */
export interface Quote {
  originalAmount: bigint;
  cancellationFee: bigint;
  refundAmount: bigint;
  feeBps: number;
  /** The time from which the quote no longer holds: the next tier begins or cancelling ends. */
  validUntil: Date;
}

export type CancellationDecision =
  | { kind: 'cancel'; quote: Quote }
  | { kind: 'invalidStatus' }
  | { kind: 'tooLate'; deadline: Date }
  /** There is money to refund, but no successful payment of the total amount: another service broke a rule. */
  | { kind: 'unpaid' }
  | { kind: 'quoteChanged'; quote: Quote };

const MINUTE = 60_000;

/** Returns the deadline. Cancelling is allowed before it, but not at it. */
export function cancelDeadline({ showStart, policy }: Pick<CancellableTicket, 'showStart' | 'policy'>): Date {
  return minutesBefore(showStart, policy.cutoffMinutes);
}

export function canCancel(ticket: CancellableTicket, now: Date): boolean {
  return decideCancellation(ticket, now, null).kind === 'cancel';
}

/** Returns the quote for cancelling at `now`; null if cancelling is refused then. */
export function quoteCancellation(ticket: CancellableTicket, now: Date): Quote | null {
  const decision = decideCancellation(ticket, now, null);
  return decision.kind === 'cancel' ? decision.quote : null;
}

/**
 * Decides one cancellation.
 *
 * @param expectedRefund the refund in paise that the user agreed to; null accepts any
 */
export function decideCancellation(
  ticket: CancellableTicket,
  now: Date,
  expectedRefund: bigint | null,
): CancellationDecision {
  const refusal = refusalOf(ticket, now);
  if (refusal) return refusal;
  const quote = quoteAt(ticket, now, cancelDeadline(ticket));
  if (quote.refundAmount > 0n && !isPaid(ticket)) return { kind: 'unpaid' };
  if (expectedRefund !== null && expectedRefund !== quote.refundAmount)
    return { kind: 'quoteChanged', quote };
  return { kind: 'cancel', quote };
}

/** Returns the fee in paise, rounded half up. */
export function feeOf(totalAmount: bigint, feeBps: number): bigint {
  return (totalAmount * BigInt(feeBps) + 5_000n) / 10_000n;
}

/** Returns the message of a refusal after the deadline, such as "Cannot cancel ticket within 1 hour of show time". */
export function deadlineMessage({ cutoffMinutes }: CancellationPolicy): string {
  if (cutoffMinutes === 0) return 'Cannot cancel ticket after show time';
  const [count, unit] = cutoffMinutes % 60 === 0 ? [cutoffMinutes / 60, 'hour'] : [cutoffMinutes, 'minute'];
  return `Cannot cancel ticket within ${count} ${unit}${count === 1 ? '' : 's'} of show time`;
}

/** Returns null if the ticket can be cancelled. */
function refusalOf(ticket: CancellableTicket, now: Date): CancellationDecision | null {
  if (ticket.status !== 'CONFIRMED') return { kind: 'invalidStatus' };
  const deadline = cancelDeadline(ticket);
  return now < deadline ? null : { kind: 'tooLate', deadline };
}

function isPaid({ payment, totalAmount }: CancellableTicket): boolean {
  return payment?.status === 'SUCCESS' && payment.amount === totalAmount;
}

function quoteAt(ticket: CancellableTicket, now: Date, deadline: Date): Quote {
  const { tierOverMinutes, tierFeeBps } = ticket.policy;
  const tier = tierOverMinutes.findIndex((minutes) => now < minutesBefore(ticket.showStart, minutes));
  const feeBps = tierFeeBps[tier];
  const overMinutes = tierOverMinutes[tier];
  if (feeBps === undefined || overMinutes === undefined) {
    throw new Error(`policy ${ticket.policy.name} v${ticket.policy.version} has no tier for this time`);
  }
  const cancellationFee = feeOf(ticket.totalAmount, feeBps);
  const tierEnd = minutesBefore(ticket.showStart, overMinutes);
  return {
    originalAmount: ticket.totalAmount,
    cancellationFee,
    refundAmount: ticket.totalAmount - cancellationFee,
    feeBps,
    validUntil: tierEnd < deadline ? tierEnd : deadline,
  };
}

/** At the earliest the first instant that answers can contain, however odd the policy. */
function minutesBefore(instant: Date, minutes: number): Date {
  return new Date(Math.max(instant.getTime() - minutes * MINUTE, EARLIEST.getTime()));
}
