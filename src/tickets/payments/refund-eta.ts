import { indiaDay } from '../../platform/time/india-time.ts';

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

/** Returns the day (YYYY-MM-DD, Indian time) that is the given number of business days after a time. */
export function businessDaysAfter(instant: Date, businessDays: number): string {
  const day = new Date(`${indiaDay(instant)}T00:00:00Z`);
  for (let left = businessDays; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) left -= 1;
  }
  return day.toISOString().slice(0, 10);
}
