import { indiaDayNumber } from '../../platform/time/india-time.ts';
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
/** 1 January 1970, day 0, was the fourth day of its week. */
const WEEKDAY_OF_DAY_0 = 3;
const FRIDAY = 4;
const BUSINESS_DAYS_A_WEEK = 5;
const LAST_DAY = Math.floor(LATEST.getTime() / DAY);

/**
 * Returns the day (YYYY-MM-DD, Indian time) that is the given number of business days after a time, at the latest the
 * last day of the year 9999. Computed without a loop: the number comes from a row.
 */
export function businessDaysAfter(instant: Date, businessDays: number): string {
  const today = Math.min(indiaDayNumber(instant), LAST_DAY);
  if (businessDays <= 0) return isoDay(today);
  // From 0, a Monday, to 6. A weekend counts from its Friday.
  const weekday = (((today + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
  const weekend = Math.max(0, weekday - FRIDAY);
  const weeks = Math.floor(businessDays / BUSINESS_DAYS_A_WEEK);
  const rest = businessDays % BUSINESS_DAYS_A_WEEK;
  const overWeekend = weekday - weekend + rest > FRIDAY ? 2 : 0;
  return isoDay(today + weeks * 7 + rest + overWeekend - weekend);
}

/** Lists of refunds have the same few days again and again, and Date takes long to write one. */
const texts = new Map<number, string>();
const MOST_TEXTS = 2_000;

function isoDay(day: number): string {
  const known = texts.get(day);
  if (known !== undefined) return known;
  const text = new Date(Math.min(day, LAST_DAY) * DAY).toISOString().slice(0, 10);
  if (texts.size >= MOST_TEXTS) texts.clear();
  texts.set(day, text);
  return text;
}
