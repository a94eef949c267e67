import { MINUTE, minutesAfter } from '../../platform/time/india-time.ts';
import type { DemoMovie } from './movies.ts';
import { type PlannedShow, planShow } from './schedule.ts';
import type { DemoScreen } from './theaters.ts';

/** Minutes that stay free before and after the show. */
const GAP = 15;
/** Minutes. Shows start at multiples of five minutes. */
const STEP = 5;

/**
 * Plans a show outside the schedule, for a time at which no regular show starts, such as the night. Prefers movies and
 * screens in their order, and the latest start.
 *
 * @returns null if no screen is free
 */
export function planSpecialShow(
  taken: readonly PlannedShow[],
  screens: readonly DemoScreen[],
  movies: readonly DemoMovie[],
  earliest: Date,
  latest: Date,
): PlannedShow | null {
  for (const movie of movies) {
    for (let start = onStep(latest); start >= earliest; start = minutesAfter(start, -STEP)) {
      const shows = screens.map((screen) => planShow(screen.id, movie, start));
      const fitting = shows.find((show) => !taken.some((other) => collides(show, other)));
      if (fitting) return fitting;
    }
  }
  return null;
}

function collides(show: PlannedShow, other: PlannedShow): boolean {
  return (
    show.screenId === other.screenId &&
    minutesAfter(show.startTime, -GAP) < other.endTime &&
    other.startTime < minutesAfter(show.endTime, GAP)
  );
}

function onStep(instant: Date): Date {
  const step = STEP * MINUTE;
  return new Date(Math.floor(instant.getTime() / step) * step);
}
