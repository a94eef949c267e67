import { indiaDay } from '../../platform/time/india-time.ts';

/** When a refund should have arrived: business days, Monday to Friday, without a holiday calendar. */

export interface EtaDays {
  etaMinBusinessDays: number;
  etaMaxBusinessDays: number;
}

/** "3-5 business days" */
export function etaText({ etaMinBusinessDays, etaMaxBusinessDays }: EtaDays): string {
  const days =
    etaMinBusinessDays === etaMaxBusinessDays
      ? etaMaxBusinessDays
      : `${etaMinBusinessDays}-${etaMaxBusinessDays}`;
  return `${days} business day${etaMaxBusinessDays === 1 ? '' : 's'}`;
}

/** The calendar day, YYYY-MM-DD in Indian time, as banks in India count, so many business days after an instant. */
export function businessDaysAfter(instant: Date, businessDays: number): string {
  const day = new Date(`${indiaDay(instant)}T00:00:00Z`);
  for (let left = businessDays; left > 0; ) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() !== 0 && day.getUTCDay() !== 6) left -= 1;
  }
  return day.toISOString().slice(0, 10);
}
