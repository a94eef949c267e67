/** Returns the median. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Returns the ratios of the n-th values. Both were measured in the same round. */
export function ratios(values: readonly number[], others: readonly number[]): number[] {
  return values.map((value, nth) => value / (others[nth] ?? Number.NaN));
}
