const DAY_MS = 86_400_000;
/** Five years; whoever shows more days than that waits a little longer. */
const MOST_DAYS = 2_000;

/** "2024-12-15T" by days since 1970. */
const days = new Map<number, string>();
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/**
 * Prints as `toISOString` does, in a third of the time: an answer has more instants than anything else.
 *
 * @throws RangeError for an invalid date
 */
export function formatInstant(instant: Date): string {
  const time = instant.getTime();
  const day = Math.floor(time / DAY_MS);
  const ofDay = time - day * DAY_MS;
  const seconds = Math.floor(ofDay / 1_000);
  const minutes = Math.floor(seconds / 60);
  const clock = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${dayOf(day, instant)}${clock}.${String(ofDay % 1_000).padStart(3, '0')}Z`;
}

function dayOf(day: number, instant: Date): string {
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = instant.toISOString().slice(0, -'hh:mm:ss.mmmZ'.length);
  if (days.size >= MOST_DAYS) days.clear();
  days.set(day, text);
  return text;
}
