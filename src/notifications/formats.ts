import { formatRupees } from '../platform/money/money.ts';

/** Formats amounts and times for a locale. */
export interface Formats {
  /** Paise, as ₹1,23,456.00 */
  rupees(paise: bigint): string;
  /** As "Sun, 15 Dec 2024, 11:30 pm IST", in the given time zone; an unknown zone becomes UTC. */
  time(instant: Date, timeZone: string): string;
  /** YYYY-MM-DD, as "Fri, 20 Dec 2024" */
  day(day: string): string;
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const TIME = { ...DAY, hour: 'numeric', minute: '2-digit', hour12: true, timeZoneName: 'short' } as const;

export function createFormats(locale: 'en-IN' | 'hi-IN'): Formats {
  const currency = new Intl.NumberFormat(locale, { style: 'currency', currency: 'INR' });

  /** Joins the parts itself, because the commas differ between versions of the locale data. */
  const write = (instant: Date, options: Intl.DateTimeFormatOptions) => {
    const parts = new Intl.DateTimeFormat(locale, options).formatToParts(instant);
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    const day = `${part('weekday')}, ${part('day')} ${part('month')} ${part('year')}`;
    if (!options.hour) return day;
    return `${day}, ${part('hour')}:${part('minute')} ${part('dayPeriod')} ${part('timeZoneName')}`;
  };

  return {
    // A string: large amounts lose paise as a number.
    rupees: (paise) => currency.format(formatRupees(paise) as Intl.StringNumericLiteral),
    time: (instant, timeZone) =>
      write(instant, { ...TIME, timeZone: isTimeZone(timeZone) ? timeZone : 'UTC' }),
    day: (day) => write(new Date(`${day}T00:00:00Z`), { ...DAY, timeZone: 'UTC' }),
  };
}

/** Another service writes the catalogue: an invalid time zone must not prevent a message. */
function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
