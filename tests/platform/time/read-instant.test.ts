import { expect, it } from 'vitest';
import { isOutsideText, readInstant } from '../../../src/platform/time/read-instant.ts';

it.each([
  ['2024-12-15 18:30:00+00', '2024-12-15T18:30:00.000Z'],
  ['2024-12-15 18:30:00.5+00', '2024-12-15T18:30:00.500Z'],
  ['2024-12-15 18:30:00.05+00', '2024-12-15T18:30:00.050Z'],
  ['2024-12-15 18:30:00.123+00', '2024-12-15T18:30:00.123Z'],
  ['2024-12-15 18:30:00.123456+00', '2024-12-15T18:30:00.123Z'],
  ['1000-01-01 00:00:00+00', '1000-01-01T00:00:00.000Z'],
  ['0099-02-28 23:59:59.999+00', '0099-02-28T23:59:59.999Z'],
  ['2024-12-16 00:00:00+05:30', '2024-12-15T18:30:00.000Z'],
  ['2024-12-15 13:30:00.5-05', '2024-12-15T18:30:00.500Z'],
  ['1890-01-01 05:53:28+05:53:28', '1890-01-01T00:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(readInstant(text).toISOString()).toBe(instant);
});

it.each([
  ['infinity', '9999-12-31T23:59:59.999Z'],
  ['10000-01-01 00:00:00+00', '9999-12-31T23:59:59.999Z'],
  ['294276-12-31 23:59:59.999+00', '9999-12-31T23:59:59.999Z'],
  ['9999-12-31 23:59:59-12', '9999-12-31T23:59:59.999Z'],
  ['-infinity', '0001-01-01T00:00:00.000Z'],
  ['0044-03-15 00:00:00+00 BC', '0001-01-01T00:00:00.000Z'],
  ['0001-01-01 00:00:00+14', '0001-01-01T00:00:00.000Z'],
])('%s is the nearest instant with a year of four digits, %s', (text, instant) => {
  expect(readInstant(text).toISOString()).toBe(instant);
  expect(readInstant(text)).toHaveProperty('text', text);
});

it.each([
  ['infinity', true],
  ['-infinity', true],
  ['250000-12-31 23:59:59.999+00', true],
  ['12000-02-29 00:00:00+00', true],
  ['0044-03-15 00:00:00+00 BC', true],
  ['2024-12-15 18:30:00+00', false],
  ['12001-02-29 00:00:00+00', false],
  ['12000-13-01 00:00:00+00', false],
  ['12000-01-01 24:00:00+00', false],
  ['12000-01-01 00:00:61+00', false],
  ['12000-01-01 00:00:00+99', false],
  ['300000-01-01 00:00:00+00', false],
  ['9000-01-01 00:00:00+00 BC', false],
  ['0000-01-01 00:00:00+00 BC', false],
  ['now', false],
  ['epoch', false],
])('whether %j is a time outside of the years of answers: %s', (text, expected) => {
  expect(isOutsideText(text)).toBe(expected);
});

it.each([
  '07/12/2024 18:30:00 UTC',
  '12/07/2024 18:30:00.123 UTC',
  '07.12.2024 18:30:00 UTC',
  'Sat Dec 07 18:30:00 2024 UTC',
  '2024-12-15T18:30:00Z',
  '2024-1x-15 18:30:00+00',
  '2024-12-15 18:30:00',
  '2024-13-45 18:30:00+01',
  '',
])('%j is refused', (text) => {
  expect(() => readInstant(text)).toThrow('DateStyle');
});

it('reads what toISOString wrote, at any time', () => {
  for (let n = 0; n < 2_000; n += 1) {
    const instant = new Date(Math.floor(Math.random() * 253_402_300_799_999));
    const text = instant
      .toISOString()
      .replace('T', ' ')
      .replace(/\.?0*Z$/, '+00');
    expect(readInstant(text)).toEqual(instant);
  }
});
