/**
 * The page shows every moment in the theatre's time zone: of the show, the deadline, the payment, the refund. Where
 * the person's clock differs from the theatre's at that moment, the zone is named beside it.
 */

const DAY_MS = 86_400_000;
const NEAR_DAYS: Record<number, string> = { [-1]: 'Yesterday', 0: 'Today', 1: 'Tomorrow' };

/** "6 PM", "6:30 PM" */
export function formatTime(instant: string, timeZone: string): string {
  const at = new Date(instant);
  const parts = new Intl.DateTimeFormat('en-US', {
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  const minute = part('minute');
  return `${part('hour')}${minute === '00' ? '' : `:${minute}`}\u00a0${part('dayPeriod')}`;
}

/** "Today", "Tomorrow", "Yesterday", "Sat, 14 Dec", and with the year when it is another. */
export function formatDay(instant: string, timeZone: string, now = new Date()): string {
  const at = new Date(instant);
  const days = dayNumber(at, timeZone) - dayNumber(now, timeZone);
  // While it is another date where the person is, their "today" is not the theatre's.
  const near = dayNumber(now, timeZone) === dayNumber(now) && NEAR_DAYS[days];
  if (near) return near;
  const year = (date: Date) => date.toLocaleDateString('en-IN', { year: 'numeric', timeZone });
  return at.toLocaleDateString('en-IN', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone,
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
  });
}

/** " India Standard Time" where the person's clock shows another time at that moment; else nothing. */
export function zoneBeside(instant: string, timeZone: string): string {
  const name = (style: 'long' | 'longOffset', zone?: string) =>
    new Intl.DateTimeFormat('en-IN', { timeZone: zone, timeZoneName: style })
      .formatToParts(new Date(instant))
      .find(({ type }) => type === 'timeZoneName')?.value;
  return name('longOffset', timeZone) === name('longOffset') ? '' : ` ${name('long', timeZone)}`;
}

/** "Today 6 PM" */
export function formatMoment(instant: string, timeZone: string): string {
  return `${formatDay(instant, timeZone)} ${formatTime(instant, timeZone)}${zoneBeside(instant, timeZone)}`;
}

/** "today at 6 PM", "Sat, 14 Dec at 6 PM": after "until" */
export function formatMomentWithin(instant: string, timeZone: string): string {
  const day = formatDay(instant, timeZone).replace(/^(Today|Tomorrow|Yesterday)$/, (word) =>
    word.toLowerCase(),
  );
  return `${day} at ${formatTime(instant, timeZone)}${zoneBeside(instant, timeZone)}`;
}

/** "today at 6 PM", "on Sat, 14 Dec at 6 PM" */
export function formatMomentOn(instant: string, timeZone: string): string {
  return formatMomentWithin(instant, timeZone).replace(/^(?=[A-Z])/, 'on ');
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

/** @param timeZone without it, the person's own */
function dayNumber(instant: Date, timeZone?: string): number {
  // Sweden writes dates as ISO does.
  const date = instant.toLocaleDateString('sv-SE', { timeZone });
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}
