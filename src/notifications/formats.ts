import { formatRupees } from '../platform/money/money.ts';

/** How amounts and times are written in a locale. */
export interface Formats {
  /** ₹1,23,456.00 of paise */
  rupees(paise: bigint): string;
  /** Sun, 15 Dec 2024, 11:30 pm IST: in the given time zone, or UTC when there is no such zone, and with its label */
  time(instant: Date, timeZone: string): string;
  /** Fri, 20 Dec 2024 of 2024-12-20 */
  day(day: string): string;
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const TIME = { ...DAY, hour: 'numeric', minute: '2-digit', hour12: true, timeZoneName: 'short' } as const;

export function createFormats(locale: 'en-IN' | 'hi-IN'): Formats {
  const currency = new Intl.NumberFormat(locale, { style: 'currency', currency: 'INR' });

  /** Put together from parts: where commas stand differs between versions of the locale's data. */
  const write = (instant: Date, options: Intl.DateTimeFormatOptions) => {
    const parts = new Intl.DateTimeFormat(locale, options).formatToParts(instant);
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    const day = `${part('weekday')}, ${part('day')} ${part('month')} ${part('year')}`;
    if (!options.hour) return day;
    return `${day}, ${part('hour')}:${part('minute')} ${part('dayPeriod')} ${part('timeZoneName')}`;
  };

  return {
    // As a string, because a number of rupees could lose paise.
    rupees: (paise) => currency.format(formatRupees(paise) as Intl.StringNumericLiteral),
    time: (instant, timeZone) =>
      write(instant, { ...TIME, timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' }),
    day: (day) => write(new Date(`${day}T00:00:00Z`), { ...DAY, timeZone: 'UTC' }),
  };
}

/** The catalogue is not ours: a name that means nothing must not keep a message back. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
