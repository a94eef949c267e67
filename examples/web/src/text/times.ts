/**
 * The page shows every moment in the theatre's time: of the show, the deadline, the payment, the refund. The API says
 * how far the theatre's clocks are ahead of UTC, as the browser's own time zone data may be older. Where the person's
 * clock differs from the theatre's at that moment, the zone is named beside it.
 */

/** A show, as the clock on the theatre's wall. */
export interface Clock {
  /** Oldest first. */
  utcOffsets: { from: string | null; minutes: number }[];
  theater: { timeZone: string };
}

export const UTC: Clock = { utcOffsets: [], theater: { timeZone: 'UTC' } };

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const NEAR_DAYS: Record<number, string> = { [-1]: 'Yesterday', 0: 'Today', 1: 'Tomorrow' };

/** "6 PM", "6:30 PM" */
export function formatTime(instant: string, clock: Clock): string {
  const parts = new Intl.DateTimeFormat('en-US', {
    hour: 'numeric',
    minute: '2-digit',
    timeZone: 'UTC',
  }).formatToParts(localTime(new Date(instant), clock));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const minute = part('minute');
  return `${part('hour')}${minute === '00' ? '' : `:${minute}`}\u00a0${part('dayPeriod')}`;
}

/** "Today", "Tomorrow", "Yesterday", "Sat, 14 Dec", and with the year when it is another. */
export function formatDay(instant: string, clock: Clock, now = new Date()): string {
  const at = localTime(new Date(instant), clock);
  const today = localTime(now, clock);
  const days = dayNumber(at) - dayNumber(today);
  // While it is another date where the person is, their "today" is not the theatre's.
  const near = dayNumber(today) === dayNumber(personalTime(now)) && NEAR_DAYS[days];
  if (near) return near;
  return at.toLocaleDateString('en-IN', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
    ...(at.getUTCFullYear() === today.getUTCFullYear() ? {} : { year: 'numeric' }),
  });
}

/**
 * " India Standard Time" where the person's clock shows another time at that moment, or where the theatre's clock shows
 * the time twice, as in the night when summer time ends; else nothing.
 */
export function zoneBeside(instant: string, clock: Clock): string {
  const at = new Date(instant);
  const ahead = minutesAhead(at, clock);
  return ahead === -at.getTimezoneOffset() && !isShownTwice(at, clock) ? '' : ` ${zoneName(at, clock)}`;
}

/** "Today 6 PM" */
export function formatMoment(instant: string, clock: Clock): string {
  return `${formatDay(instant, clock)} ${formatTime(instant, clock)}${zoneBeside(instant, clock)}`;
}

/** "today at 6 PM", "Sat, 14 Dec at 6 PM": after "until" */
export function formatMomentWithin(instant: string, clock: Clock): string {
  const day = formatDay(instant, clock).replace(/^(Today|Tomorrow|Yesterday)$/, (word) => word.toLowerCase());
  return `${day} at ${formatTime(instant, clock)}${zoneBeside(instant, clock)}`;
}

/** "today at 6 PM", "on Sat, 14 Dec at 6 PM" */
export function formatMomentOn(instant: string, clock: Clock): string {
  return formatMomentWithin(instant, clock).replace(/^(?=[A-Z])/, 'on ');
}

/** "15 Dec 2024"; of a date without a time, which is the same everywhere. */
export function formatDate(date: string): string {
  return new Date(`${date}T00:00:00Z`).toLocaleDateString('en-IN', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  });
}

/** "3 hours 1 minute" */
export function formatDuration(minutes: number): string {
  const count = (n: number, unit: string) => n > 0 && `${n} ${unit}${n === 1 ? '' : 's'}`;
  return [count(Math.floor(minutes / 60), 'hour'), count(minutes % 60, 'minute')].filter(Boolean).join(' ');
}

/** "3 to 5 business days", of the API's "3-5 business days" */
export function formatEta(eta: string): string {
  return eta.replace('-', ' to ');
}

/** The theatre's local time, to read and format as UTC. */
function localTime(instant: Date, clock: Clock): Date {
  return new Date(instant.getTime() + minutesAhead(instant, clock) * MINUTE_MS);
}

/** The person's local time, to read and format as UTC. */
function personalTime(instant: Date): Date {
  return new Date(instant.getTime() - instant.getTimezoneOffset() * MINUTE_MS);
}

function minutesAhead(instant: Date, { utcOffsets }: Clock): number {
  return (
    utcOffsets.findLast(({ from }) => from === null || Date.parse(from) <= instant.getTime())?.minutes ?? 0
  );
}

function isShownTwice(instant: Date, clock: Clock): boolean {
  const local = localTime(instant, clock).getTime();
  return clock.utcOffsets.some(({ from }, index) => {
    const after = clock.utcOffsets[index]?.minutes ?? 0;
    const before = clock.utcOffsets[index - 1]?.minutes ?? after;
    const change = Date.parse(from ?? '');
    return local >= change + after * MINUTE_MS && local < change + before * MINUTE_MS;
  });
}

/** "India Standard Time"; "GMT-7" where the browser does not know the zone, or disagrees about its offset. */
function zoneName(instant: Date, clock: Clock): string {
  const ahead = minutesAhead(instant, clock);
  const { timeZone } = clock.theater;
  try {
    const name = (timeZoneName: 'long' | 'longOffset') =>
      new Intl.DateTimeFormat('en-IN', { timeZone, timeZoneName })
        .formatToParts(instant)
        .find(({ type }) => type === 'timeZoneName')?.value ?? '';
    if (minutesOf(name('longOffset')) === ahead) return name('long');
  } catch {}
  return formatOffset(ahead);
}

/** The minutes of Intl's "GMT-07:00"; 0 of "GMT". */
function minutesOf(longOffset: string): number {
  const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(longOffset) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}

/** "GMT-7", "GMT+5:45", "GMT" */
function formatOffset(ahead: number): string {
  if (ahead === 0) return 'GMT';
  const size = Math.abs(ahead);
  const minutes = size % 60 === 0 ? '' : `:${String(size % 60).padStart(2, '0')}`;
  return `GMT${ahead < 0 ? '-' : '+'}${Math.floor(size / 60)}${minutes}`;
}

function dayNumber(local: Date): number {
  return Math.floor(local.getTime() / DAY_MS);
}
