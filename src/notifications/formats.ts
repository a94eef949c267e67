import { formatRupees } from '../platform/money/money.ts';
import { isTimeZone, utcOffsetAt } from '../platform/time/time-zone-data.ts';

/** Formats amounts and times for a locale. */
export interface Formats {
  /** Paise, as "₹370" or "₹1,23,456.50" */
  rupees(paise: bigint): string;
  /** As "Sun, 15 Dec 2024, 11:30 pm IST", in the given time zone; an unknown zone becomes UTC. */
  time(instant: Date, timeZone: string): string;
  /** YYYY-MM-DD, as "Fri, 20 Dec 2024" */
  day(day: string): string;
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const TIME = { ...DAY, hour: 'numeric', minute: '2-digit', hour12: true } as const;
const MINUTE_MS = 60_000;

export function createFormats(locale: 'en-IN' | 'hi-IN'): Formats {
  const currency = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'INR',
    trailingZeroDisplay: 'stripIfInteger',
  } as Intl.NumberFormatOptions);
  const days = new Intl.DateTimeFormat(locale, { ...DAY, timeZone: 'UTC' });
  const times = new Intl.DateTimeFormat(locale, { ...TIME, timeZone: 'UTC' });

  /** Joins the parts itself, because the commas differ between versions of the locale data. */
  const write = (format: Intl.DateTimeFormat, local: Date) => {
    const parts = format.formatToParts(local);
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    const day = `${part('weekday')}, ${part('day')} ${part('month')} ${part('year')}`;
    return format === days ? day : `${day}, ${part('hour')}:${part('minute')} ${part('dayPeriod')}`;
  };

  return {
    // A string: large amounts lose paise as a number.
    rupees: (paise) => currency.format(formatRupees(paise) as Intl.StringNumericLiteral),
    time: (instant, timeZone) => {
      const ahead = utcOffsetAt(timeZone, instant);
      const local = new Date(instant.getTime() + ahead * MINUTE_MS);
      return `${write(times, local)} ${zoneLabel(locale, instant, timeZone, ahead)}`;
    },
    day: (day) => write(days, new Date(`${day}T00:00:00Z`)),
  };
}

/**
 * "IST", or the offset from UTC, such as "GMT-7". Node knows the names, but its time zone data may be older than ours:
 * a name counts only where Node agrees about the offset.
 */
function zoneLabel(locale: string, instant: Date, timeZone: string, ahead: number): string {
  if (!isTimeZone(timeZone)) return 'UTC';
  const offset = ahead === 0 ? 'GMT' : `GMT${writeOffset(ahead)}`;
  try {
    const partOf = (timeZoneName: 'short' | 'longOffset') =>
      new Intl.DateTimeFormat(locale, { timeZone, timeZoneName })
        .formatToParts(instant)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return minutesOf(partOf('longOffset')) === ahead ? partOf('short') : offset;
  } catch {
    // The zone is newer than Node's data.
    return offset;
  }
}

/** "-7", "+5:45" */
function writeOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const rest = size % 60;
  return `${minutes < 0 ? '-' : '+'}${Math.floor(size / 60)}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`;
}

/** The minutes of Intl's "GMT-07:00"; 0 of "GMT". */
function minutesOf(longOffset: string): number {
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(longOffset) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}
