import { deadline } from './shape.ts';

interface Paid {
  total_amount: string;
  /** Of the payment; null without one. */
  payment_status: string | null;
  amount: string | null;
}

interface Terms extends Paid {
  status: string;
  start_time: string;
  cutoff_minutes: number;
  tier_over_minutes: number[];
  tier_fee_bps: number[];
}

/** Whether there is a successful payment of the total amount. */
export function isPaid({ total_amount, payment_status, amount }: Paid): boolean {
  return payment_status === 'SUCCESS' && amount === total_amount;
}

/** Returns the quote for cancelling at a time, in paise; null if cancelling is refused then. */
export function quoteOf(terms: Terms, now: number) {
  const until = deadline(terms.start_time, terms.cutoff_minutes);
  if (terms.status !== 'CONFIRMED' || now >= Date.parse(until) || !isPaid(terms)) return null;
  const start = Date.parse(terms.start_time);
  const tier = terms.tier_over_minutes.findIndex((minutes) => now < start - minutes * 60_000);
  const bps = terms.tier_fee_bps[tier] ?? 0;
  const tierEnd = start - (terms.tier_over_minutes[tier] ?? 0) * 60_000;
  const total = BigInt(terms.total_amount);
  const fee = (total * BigInt(bps) + 5_000n) / 10_000n;
  const validUntil = tierEnd < Date.parse(until) ? new Date(tierEnd).toISOString() : until;
  return { fee: String(fee), refund: String(total - fee), feePercent: bps / 100, validUntil };
}
