import { deadline } from './shape.ts';

interface Terms {
  status: string;
  total_amount: string;
  start_time: string;
  cutoff_minutes: number;
  tier_over_minutes: number[];
  tier_fee_bps: number[];
}

/** Returns the quote for cancelling at a time, in paise; null if cancelling is refused then. */
export function quoteOf(terms: Terms, now: number) {
  const until = deadline(terms.start_time, terms.cutoff_minutes);
  if (terms.status !== 'CONFIRMED' || now >= Date.parse(until)) return null;
  const start = Date.parse(terms.start_time);
  const tier = terms.tier_over_minutes.findIndex((minutes) => now < start - minutes * 60_000);
  const bps = terms.tier_fee_bps[tier] ?? 0;
  const tierEnd = start - (terms.tier_over_minutes[tier] ?? 0) * 60_000;
  const total = BigInt(terms.total_amount);
  const fee = (total * BigInt(bps) + 5_000n) / 10_000n;
  const validUntil = tierEnd < Date.parse(until) ? new Date(tierEnd).toISOString() : until;
  return { fee: String(fee), refund: String(total - fee), feePercent: bps / 100, validUntil };
}
