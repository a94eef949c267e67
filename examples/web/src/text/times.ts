/** All times are shown in the time zone of the theatre, wherever the person is. */

const DAY_MS = 86_400_000;

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

/** "Today", "Tomorrow", "Yesterday", "Sat 14 Dec", and with the year when it is another. */
export function formatDay(instant: string, timeZone: string, now = new Date()): string {
  const at = new Date(instant);
  const days = dayNumber(at, timeZone) - dayNumber(now, timeZone);
  if (days === 0) return 'Today';
  if (days === 1) return 'Tomorrow';
  if (days === -1) return 'Yesterday';
  const year = (date: Date) => date.toLocaleDateString('en-IN', { year: 'numeric', timeZone });
  return at.toLocaleDateString('en-IN', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone,
    ...(year(at) === year(now) ? {} : { year: 'numeric' }),
  });
}

/** "Today 6 PM" */
export function formatMoment(instant: string, timeZone: string): string {
  return `${formatDay(instant, timeZone)} ${formatTime(instant, timeZone)}`;
}

/** "today 6 PM", in the midst of a sentence */
export function formatMomentWithin(instant: string, timeZone: string): string {
  return formatMoment(instant, timeZone).replace(/^(Today|Tomorrow|Yesterday)/, (day) => day.toLowerCase());
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

/** "3 h 1 min" */
export function formatDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return [hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`].filter(Boolean).join(' ');
}

function dayNumber(instant: Date, timeZone: string): number {
  // Sweden writes dates as ISO does.
  const date = instant.toLocaleDateString('sv-SE', { timeZone });
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}
