/** A show outside the schedule, for when no regular one starts in time: at night, for one. */
import { MINUTE, minutesAfter } from '../../platform/time/india-time.ts';
import type { DemoMovie } from './movies.ts';
import { type PlannedShow, planShow } from './schedule.ts';
import type { DemoScreen } from './theaters.ts';

/** Minutes that stay free before and after it. */
const GAP = 15;
/** Minutes: it starts on a full five, as printed times do. */
const STEP = 5;

/** The earlier of the movies and screens and the later start are preferred; null when none fits. */
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
