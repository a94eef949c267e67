import { expect, it } from 'vitest';
import { seededRandom } from '../../src/dev/demo/seeded-random.ts';
import { compareTimes, TELLING_Z } from './compare-times.ts';

it('ranks two samples as the textbook does', () => {
  const { z, auc, medians } = compareTimes([7, 3, 6, 2, 4, 3, 5, 5], [3, 5, 6, 4, 6, 5, 7, 5]);
  expect(medians).toEqual([4.5, 5]);
  // U = 23 of 64 pairs; the variance is corrected for ties.
  expect(auc).toBeCloseTo(23 / 64, 10);
  expect(z).toBeCloseTo((23 - 32) / Math.sqrt((64 / 12) * (17 - 180 / (16 * 15))), 10);
});

it('tells a shift of a tenth of the noise in a thousand tries, and tells nothing in equal ones', () => {
  const random = seededRandom('times');
  const sample = (shift: number) => Array.from({ length: 1_000 }, () => shift + 1_000 * random());
  expect(Math.abs(compareTimes(sample(0), sample(0)).z)).toBeLessThan(TELLING_Z);
  expect(compareTimes(sample(100), sample(0)).z).toBeGreaterThan(TELLING_Z);
});
