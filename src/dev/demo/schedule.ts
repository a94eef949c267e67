import { indiaClock, indiaDay, indiaInstant, minutesAfter } from '../../platform/time/india-time.ts';
import { type DemoMovie, MOVIES } from './movies.ts';
import { pick, seededRandom } from './seeded-random.ts';
import { SCREENS } from './theaters.ts';

export interface PlannedShow {
  id: string;
  movieId: string;
  screenId: string;
  startTime: Date;
  endTime: Date;
}

/** Minutes after midnight. */
const OPENING = 9 * 60;
const SHOWS_A_DAY = 4;
/** Minutes between two starts on a screen: the longest movie, plus cleaning. */
const SLOT = 210;
/**
 * The screens start at different quarters of an hour, so that some show is always about to begin, also among the
 * screens of one price. Neighbouring screens are APART quarters apart.
 */
const QUARTERS = SLOT / 15;
const APART = 3;

/** Plans the shows of a day. The same day always gives the same shows. */
export function showsOf(day: string): PlannedShow[] {
  return SCREENS.flatMap((screen, index) => {
    const random = seededRandom(`${day} ${screen.id}`);
    const first = OPENING + ((index * APART) % QUARTERS) * 15;
    return Array.from({ length: SHOWS_A_DAY }, (_, slot) =>
      planShow(screen.id, pick(random, MOVIES), indiaInstant(day, first + slot * SLOT)),
    );
  });
}

export function planShow(screenId: string, movie: DemoMovie, startTime: Date): PlannedShow {
  return {
    id: `show-${indiaDay(startTime).replaceAll('-', '')}-${indiaClock(startTime)}-${screenId.replace('screen-', '')}`,
    movieId: movie.id,
    screenId,
    startTime,
    endTime: minutesAfter(startTime, movie.durationMinutes),
  };
}
