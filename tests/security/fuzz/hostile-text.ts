import fc from 'fast-check';

/** What has broken other people's programs, as one value each. */
export const HOSTILE_TEXTS = [
  '',
  ' ',
  "' or 1=1 --",
  "'; drop table tickets; --",
  'TKT-1\\',
  '$1',
  '%',
  'TKT-\u0000',
  '\u0000',
  '\ud800',
  'x\udfff',
  '\u202eTKT-1',
  '\u200b',
  '\ufeff',
  '\ufffe',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'a\r\nBcc: all@example.com',
  '\u2028',
  '<script>alert(1)</script>',
  '{{7*7}}',
  '../../../../etc/passwd',
  'null',
  'NaN',
  'Infinity',
  '1e999',
  '🎬'.repeat(200),
  'WzFd',
  'W10',
  `TKT-${'A'.repeat(60)}`,
  `TKT-${'A'.repeat(61)}`,
];

/** Any text at all: the known ones, random ones of every code unit, and now and then one that hardly fits a body. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 6, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
      .map((units) => String.fromCharCode(...units)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom('x', "'", '\u0000', 'अ', '{'), fc.constantFrom(1_000, 30_000, 90_000))
      .map(([letter, length]) => letter.repeat(length)),
  },
);
