import { indiaDay } from '../../platform/time/india-time.ts';
import { LATEST } from '../../platform/time/read-instant.ts';

/** Arrival estimates of refunds. Business days are Monday to Friday; holidays are ignored. */

export interface EtaDays {
  etaMinBusinessDays: number;
  etaMaxBusinessDays: number;
}

/** Returns a text such as "3-5 business days". */
export function etaText({ etaMinBusinessDays, etaMaxBusinessDays }: EtaDays): string {
  const days =
    etaMinBusinessDays === etaMaxBusinessDays
      ? etaMaxBusinessDays
      : `${etaMinBusinessDays}-${etaMaxBusinessDays}`;
  return `${days} business day${etaMaxBusinessDays === 1 ? '' : 's'}`;
}

const DAY = 86_400_000;
const FRIDAY = 4;
const BUSINESS_DAYS_A_WEEK = 5;

/**
 * Returns the day (YYYY-MM-DD, Indian time) that is the given number of business days after a time, at the latest the
 * last day of the year 9999. Computed without a loop: the number comes from a row.
 */
export function businessDaysAfter(instant: Date, businessDays: number): string {
  const today = Date.parse(`${indiaDay(instant)}T00:00:00Z`);
  if (businessDays <= 0) return isoDay(today);
  // From 0, a Monday, to 6. A weekend counts from its Friday.
  const weekday = (new Date(today).getUTCDay() + 6) % 7;
  const weekend = Math.max(0, weekday - FRIDAY);
  const weeks = Math.floor(businessDays / BUSINESS_DAYS_A_WEEK);
  const rest = businessDays % BUSINESS_DAYS_A_WEEK;
  const overWeekend = weekday - weekend + rest > FRIDAY ? 2 : 0;
  return isoDay(today + (weeks * 7 + rest + overWeekend - weekend) * DAY);
}

function isoDay(time: number): string {
  return new Date(Math.min(time, LATEST.getTime())).toISOString().slice(0, 10);
}
