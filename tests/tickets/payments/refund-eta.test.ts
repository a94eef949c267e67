import { expect, it } from 'vitest';
import { businessDaysAfter, etaText } from '../../../src/tickets/payments/refund-eta.ts';

it.each([
  ['a Sunday counts from Monday', '2024-12-15T12:00:00Z', 3, '2024-12-18'],
  ['a Friday goes over the weekend', '2024-12-13T12:00:00Z', 1, '2024-12-16'],
  ['five business days make a week', '2024-12-16T12:00:00Z', 5, '2024-12-23'],
  ['the day is that of India: 19:00 UTC is tomorrow there', '2024-12-15T19:00:00Z', 1, '2024-12-17'],
  ['no day at all', '2024-12-15T12:00:00Z', 0, '2024-12-15'],
])('%s', (_words, instant, days, expected) => {
  expect(businessDaysAfter(new Date(instant), days)).toBe(expected);
});

it.each([2_147_483_647, 20_000_000])('%s business days are the last day of the year 9999', (days) => {
  expect(businessDaysAfter(new Date('2024-12-15T12:00:00Z'), days)).toBe('9999-12-31');
});

it('is the day that counting one day after the other finds', () => {
  for (let start = 0; start < 7; start += 1) {
    const instant = new Date(Date.UTC(2024, 11, 16 + start, 6));
    const day = new Date(instant);
    for (let days = 1; days <= 30; days += 1) {
      do day.setUTCDate(day.getUTCDate() + 1);
      while (day.getUTCDay() === 0 || day.getUTCDay() === 6);
      expect(businessDaysAfter(instant, days)).toBe(day.toISOString().slice(0, 10));
    }
  }
});

it.each([
  [3, 5, '3-5 business days'],
  [5, 5, '5 business days'],
  [1, 1, '1 business day'],
])('%s to %s days are "%s"', (etaMinBusinessDays, etaMaxBusinessDays, text) => {
  expect(etaText({ etaMinBusinessDays, etaMaxBusinessDays })).toBe(text);
});
