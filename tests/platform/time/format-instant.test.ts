import { expect, test } from 'vitest';
import { formatInstant } from '../../../src/platform/time/format-instant.ts';

test('prints what toISOString prints', () => {
  const dates = [
    0, 1, -1, 999, 1_000, 86_399_999, 86_400_000, -86_400_000, 253_402_300_800_000, -62_198_755_200_001,
  ];
  for (let index = 0; index < 5_000; index += 1) dates.push(Math.floor((Math.random() - 0.3) * 8e14));
  for (const time of dates) expect(formatInstant(new Date(time))).toBe(new Date(time).toISOString());
});

test('refuses an invalid date', () => {
  expect(() => formatInstant(new Date(Number.NaN))).toThrow(RangeError);
});
