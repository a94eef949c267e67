/** Dates and times in India, which is 5:30 h ahead of UTC all year. */

import { LATEST } from './read-instant.ts';

export const MINUTE = 60_000;
const AHEAD_OF_UTC = 330 * MINUTE;
const DAY = 1_440 * MINUTE;

/** The date in India, such as 2024-12-15. */
export function indiaDay(instant: Date): string {
  return inIndia(instant).slice(0, 10);
}

/** The number of days from 1 January 1970 to the date in India. */
export function indiaDayNumber(instant: Date): number {
  return Math.floor((instant.getTime() + AHEAD_OF_UTC) / DAY);
}

/** The time in India without the colon, such as 0930. */
export function indiaClock(instant: Date): string {
  return inIndia(instant).slice(11, 16).replace(':', '');
}

/** The instant `minutes` after midnight in India. */
export function indiaInstant(day: string, minutes: number): Date {
  return new Date(Date.parse(`${day}T00:00:00Z`) - AHEAD_OF_UTC + minutes * MINUTE);
}

/** The dates in India from `before` days ago to `after` days from now. */
export function daysAround(now: Date, before: number, after: number): string[] {
  return Array.from({ length: before + 1 + after }, (_, index) =>
    indiaDay(new Date(now.getTime() + (index - before) * DAY)),
  );
}

export function minutesAfter(instant: Date, minutes: number): Date {
  return new Date(instant.getTime() + minutes * MINUTE);
}

function inIndia(instant: Date): string {
  return new Date(Math.min(instant.getTime() + AHEAD_OF_UTC, LATEST.getTime())).toISOString();
}
