/** Whether two samples of times come from one distribution. */
export interface Comparison {
  medians: [number, number];
  /** Of Mann and Whitney's rank test: how many standard deviations the ranks are from those of equal samples. */
  z: number;
  /** How often a time of the first sample is longer than one of the second: 0.5 when nothing can be told. */
  auc: number;
}

/** Beyond it lies one of 15,000 comparisons of equal samples, by the normal distribution. */
export const TELLING_Z = 4;

/** Times in any unit; ranks, so that a few slow answers say no more than they are. */
export function compareTimes(first: number[], second: number[]): Comparison {
  const all = [
    ...first.map((time) => ({ time, first: true })),
    ...second.map((time) => ({ time, first: false })),
  ];
  all.sort((a, b) => a.time - b.time);
  let rankSum = 0;
  let ties = 0;
  for (let start = 0, end = 0; start < all.length; start = end) {
    const time = all[start]?.time;
    while (all[end]?.time === time && end < all.length) end += 1;
    const sharedRank = (start + 1 + end) / 2;
    rankSum += sharedRank * all.slice(start, end).filter((one) => one.first).length;
    ties += (end - start) ** 3 - (end - start);
  }
  const pairs = first.length * second.length;
  const u = rankSum - (first.length * (first.length + 1)) / 2;
  const variance = (pairs / 12) * (all.length + 1 - ties / (all.length * (all.length - 1)));
  return {
    medians: [median(first), median(second)],
    z: (u - pairs / 2) / Math.sqrt(variance),
    auc: u / pairs,
  };
}

export function median(times: number[]): number {
  const sorted = times.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}
