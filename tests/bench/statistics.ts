/** The middle one, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** The n-th of the one by the n-th of the other: both were measured in the same round. */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, nth) => value / (others[nth] ?? Number.NaN));
}
