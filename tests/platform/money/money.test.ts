import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatRupees, parseRupees } from '../../../src/platform/money/money.ts';

it.each([
  [0n, '0.00'],
  [5n, '0.05'],
  [37_000n, '370.00'],
  [-150n, '-1.50'],
])('%s paise are written %s', (paise, text) => {
  expect(formatRupees(paise)).toBe(text);
});

it.each([
  ['370', 37_000n],
  ['370.5', 37_050n],
  ['370.50', 37_050n],
  ['370.5000', 37_050n],
  ['-1.50', -150n],
  ['0', 0n],
])('%s is read as an amount', (text, paise) => {
  expect(parseRupees(text)).toBe(paise);
});

it.each([
  '',
  '370.001',
  '1e3',
  ' 370',
  '370.',
  '.5',
  '₹370',
  '1,000',
  'NaN',
  'Infinity',
  '0x10',
  '12345678901234567',
])('"%s" is no amount', (text) => {
  expect(parseRupees(text)).toBeNull();
});

it('what is written is read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), (paise) => {
      expect(parseRupees(formatRupees(paise))).toBe(paise);
    }),
  );
});
