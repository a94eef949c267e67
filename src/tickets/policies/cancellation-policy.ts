import { EARLIEST } from '../../platform/time/read-instant.ts';
import { type PaidShare, type PricedSeat, paidShares, type TicketPrice } from './paid-shares.ts';

/** The cancellation rules: pure functions of a ticket, its policy, the start of its show and a time. */

/** The rules that a ticket was sold under. They never change. */
export interface CancellationPolicy {
  name: string;
  version: number;
  /** Cancelling is refused from this many minutes before the show starts. */
  cutoffMinutes: number;
  /** Tier i applies while more than tierOverMinutes[i] minutes are left. In descending order; the last is 0. */
  tierOverMinutes: number[];
  /** The fee of tier i in basis points of the fee base: 1000 is 10 %. */
  tierFeeBps: number[];
  etaMinBusinessDays: number;
  etaMaxBusinessDays: number;
  /** The fee is a share of the whole price, or of the price without the convenience fee. */
  feeBase: 'TOTAL' | 'BASE';
  /** If not, the convenience fee is kept beside the fee. Only with the fee base BASE. */
  convenienceFeeRefundable: boolean;
  /** Whether some of the seats can be cancelled; NO_DISCOUNT: only if the ticket had no discount. */
  partial: 'ALLOWED' | 'NO_DISCOUNT' | 'FORBIDDEN';
}

/** A seat of a ticket, as a decision sees it. */
export interface CancellableSeat extends PricedSeat {
  /** Null while it is live. */
  cancelledAt: Date | null;
}

/** The facts of a ticket that a decision needs. Amounts in paise. */
export interface CancellableTicket {
  status: 'PENDING_PAYMENT' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  totalAmount: bigint;
  /** Undefined if it was not read. Only quotes need it, with a fee base of BASE or of some seats. */
  price?: TicketPrice | undefined;
  showStart: Date;
  policy: CancellationPolicy;
  /** Null if there is none. */
  payment: PaymentState | null;
  /** All seats of the ticket. Undefined if they were not read: then all are live, and all are to be cancelled. */
  seats?: readonly CancellableSeat[] | undefined;
}

/** What a decision needs of a payment. */
export interface PaymentState {
  status: 'PENDING' | 'SUCCESS' | 'FAILED' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  amount: bigint;
}

/** The fee and refund of cancelling seats at one time. Amounts in paise; fee + refund = original. */
export interface Quote {
  /** What was paid for the seats. */
  originalAmount: bigint;
  /** All that is kept. */
  cancellationFee: bigint;
  /** The part of the fee that is the kept convenience fee. */
  convenienceFeeKept: bigint;
  refundAmount: bigint;
  feeBps: number;
  /** The time from which the quote no longer holds: the next tier begins or cancelling ends. */
  validUntil: Date;
}

export type CancellationDecision =
  | { kind: 'cancel'; quote: Quote }
  | { kind: 'invalidStatus' }
  | { kind: 'tooLate'; deadline: Date }
  /** Some of the chosen seats were cancelled before. */
  | { kind: 'seatsUnavailable'; seatIds: string[] }
  | { kind: 'partialNotAllowed'; reason: 'POLICY' | 'DISCOUNT' | 'BELOW_MINIMUM' }
  /** There is money to refund, but no successful payment of the total amount: another service broke a rule. */
  | { kind: 'unpaid' }
  | { kind: 'quoteChanged'; quote: Quote };

const MINUTE = 60_000;

/** Paise. The payment provider refunds no less, so no one may choose seats that would refund less. */
const LEAST_REFUND = 100n;

/** Returns the deadline. Cancelling is allowed before it, but not at it. */
export function cancelDeadline({ showStart, policy }: Pick<CancellableTicket, 'showStart' | 'policy'>): Date {
  return minutesBefore(showStart, policy.cutoffMinutes);
}

/** Whether every live seat can be cancelled. A paid ticket needs neither its price nor its seats for that. */
export function canCancel(ticket: CancellableTicket, now: Date): boolean {
  if (refusalOf(ticket, now)) return false;
  return isPaid(ticket) || decideCancellation(ticket, now, null).kind === 'cancel';
}

/**
 * Returns the quote for cancelling seats at `now`; null if cancelling them is refused then.
 *
 * @param seatIds null for every live seat
 */
export function quoteCancellation(
  ticket: CancellableTicket,
  now: Date,
  seatIds: readonly string[] | null = null,
): Quote | null {
  const decision = decideCancellation(ticket, now, null, seatIds);
  return decision.kind === 'cancel' ? decision.quote : null;
}

/**
 * Decides one cancellation. Cancelling the same seats within one tier refunds the same, whatever the order and however
 * they are grouped.
 *
 * @param expectedRefund the refund in paise that the user agreed to; null accepts any
 * @param seatIds the ids of the seats to cancel; null for every live seat. With ids, the ticket needs its seats
 */
export function decideCancellation(
  ticket: CancellableTicket,
  now: Date,
  expectedRefund: bigint | null,
  seatIds: readonly string[] | null = null,
): CancellationDecision {
  const refusal = refusalOf(ticket, now);
  if (refusal) return refusal;
  const live = ticket.seats?.filter(({ cancelledAt }) => cancelledAt === null).map(({ seatId }) => seatId);
  const unavailable = seatIds?.filter((seatId) => !live?.includes(seatId)) ?? [];
  if (unavailable.length > 0) return { kind: 'seatsUnavailable', seatIds: unavailable };
  const isPartial = seatIds !== null && seatIds.length < (live?.length ?? 0);
  if (isPartial && ticket.policy.partial === 'FORBIDDEN')
    return { kind: 'partialNotAllowed', reason: 'POLICY' };
  if (isPartial && ticket.policy.partial === 'NO_DISCOUNT' && ticket.price?.discount !== 0n)
    return { kind: 'partialNotAllowed', reason: 'DISCOUNT' };
  const quote = quoteAt(ticket, now, cancelDeadline(ticket), seatIds ?? live);
  if (isPartial && quote.refundAmount > 0n && quote.refundAmount < LEAST_REFUND)
    return { kind: 'partialNotAllowed', reason: 'BELOW_MINIMUM' };
  if (quote.refundAmount > 0n && !isPaid(ticket)) return { kind: 'unpaid' };
  if (expectedRefund !== null && expectedRefund !== quote.refundAmount)
    return { kind: 'quoteChanged', quote };
  return { kind: 'cancel', quote };
}

/** Returns the fee in paise, rounded half up. */
export function feeOf(amount: bigint, feeBps: number): bigint {
  return (amount * BigInt(feeBps) + 5_000n) / 10_000n;
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
  const isCaptured = payment?.status === 'SUCCESS' || payment?.status === 'PARTIALLY_REFUNDED';
  return isCaptured && payment.amount === totalAmount;
}

/** What was paid for some seats together. */
function paidFor(shares: Map<string, PaidShare>, seatIds: readonly string[]): PaidShare {
  let [paid, convenienceFee] = [0n, 0n];
  for (const seatId of seatIds) {
    const one = shares.get(seatId);
    paid += one?.paid ?? 0n;
    convenienceFee += one?.convenienceFee ?? 0n;
  }
  return { paid, convenienceFee };
}

/** The amount of which the fee is a share. */
function feeBaseOf({ feeBase }: CancellationPolicy, { paid, convenienceFee }: PaidShare): bigint {
  return feeBase === 'TOTAL' ? paid : paid - convenienceFee;
}

const NOTHING: PaidShare = { paid: 0n, convenienceFee: 0n };

/** What was paid for the seats to cancel, and for those cancelled before. */
function amountsOf(
  { totalAmount, price, policy, seats }: CancellableTicket,
  seatIds: readonly string[] | undefined,
): { now: PaidShare; before: PaidShare } {
  const isWhole = !seats || !seatIds || seats.length === seatIds.length;
  if (isWhole && policy.feeBase === 'TOTAL')
    return { now: { paid: totalAmount, convenienceFee: 0n }, before: NOTHING };
  if (!price) throw new Error('the price of the ticket was not read');
  if (isWhole) {
    const shares = paidShares(price, [{ seatId: '', price: price.baseAmount }]);
    return { now: paidFor(shares, ['']), before: NOTHING };
  }
  const shares = paidShares(price, seats);
  const cancelled = seats.filter(({ cancelledAt }) => cancelledAt !== null).map(({ seatId }) => seatId);
  return { now: paidFor(shares, seatIds), before: paidFor(shares, cancelled) };
}

function quoteAt(
  ticket: CancellableTicket,
  now: Date,
  deadline: Date,
  seatIds: readonly string[] | undefined,
): Quote {
  const { policy } = ticket;
  const { tierOverMinutes, tierFeeBps } = policy;
  const tier = tierOverMinutes.findIndex((minutes) => now < minutesBefore(ticket.showStart, minutes));
  const feeBps = tierFeeBps[tier];
  const overMinutes = tierOverMinutes[tier];
  if (feeBps === undefined || overMinutes === undefined) {
    throw new Error(`policy ${policy.name} v${policy.version} has no tier for this time`);
  }
  const amounts = amountsOf(ticket, seatIds);
  const before = feeBaseOf(policy, amounts.before);
  // The rounded fee of all seats up to these, less that of those before: the steps add up to the fee of the whole.
  const fee = feeOf(before + feeBaseOf(policy, amounts.now), feeBps) - feeOf(before, feeBps);
  const convenienceFeeKept = policy.convenienceFeeRefundable ? 0n : amounts.now.convenienceFee;
  const { paid: originalAmount } = amounts.now;
  const cancellationFee = fee + convenienceFeeKept;
  const tierEnd = minutesBefore(ticket.showStart, overMinutes);
  return {
    originalAmount,
    cancellationFee,
    convenienceFeeKept,
    refundAmount: originalAmount - cancellationFee,
    feeBps,
    validUntil: tierEnd < deadline ? tierEnd : deadline,
  };
}

/** At the earliest the first instant that answers can contain, however odd the policy. */
function minutesBefore(instant: Date, minutes: number): Date {
  return new Date(Math.max(instant.getTime() - minutes * MINUTE, EARLIEST.getTime()));
}
