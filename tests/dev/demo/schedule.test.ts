import { describe, expect, it } from 'vitest';
import { MOVIES } from '../../../src/dev/demo/movies.ts';
import { showsOf } from '../../../src/dev/demo/schedule.ts';
import { seatsOf } from '../../../src/dev/demo/seat-layout.ts';
import { planSpecialShow } from '../../../src/dev/demo/special-show.ts';
import { SCREENS } from '../../../src/dev/demo/theaters.ts';
import { daysAround, indiaDay, indiaInstant, minutesAfter } from '../../../src/platform/time/india-time.ts';

const YEAR = daysAround(indiaInstant('2026-07-01', 0), 182, 182);

describe('the schedule', () => {
  it('runs three to five shows a day on every screen, all of them starting on that day', () => {
    for (const day of YEAR) {
      const shows = showsOf(day);
      for (const { id } of SCREENS) {
        const ofScreen = shows.filter(({ screenId }) => screenId === id);
        expect(ofScreen.length).toBeGreaterThanOrEqual(3);
        expect(ofScreen.length).toBeLessThanOrEqual(5);
        for (const { startTime } of ofScreen) expect(indiaDay(startTime)).toBe(day);
      }
    }
  });

  it('ends each day before the next begins', () => {
    for (const day of YEAR) {
      const nextOpening = indiaInstant(day, (24 + 9) * 60);
      for (const { endTime } of showsOf(day)) expect(endTime < nextOpening).toBe(true);
    }
  });

  it('has a show beginning in every quarter of an hour from the opening to the last start', () => {
    const starts = showsOf('2026-08-15').map(({ startTime }) => startTime.getTime());
    for (let minutes = 9 * 60; minutes <= 22 * 60 + 15; minutes += 15) {
      expect(starts).toContain(indiaInstant('2026-08-15', minutes).getTime());
    }
  });

  it('begins with the day in India, not in UTC', () => {
    expect(daysAround(new Date('2026-08-14T18:29:59.999Z'), 0, 1)).toEqual(['2026-08-14', '2026-08-15']);
    expect(daysAround(new Date('2026-08-14T18:30:00.000Z'), 0, 1)).toEqual(['2026-08-15', '2026-08-16']);
  });
});

describe('a special show', () => {
  const days = daysAround(indiaInstant('2026-08-15', 0), 1, 1);
  const regular = days.flatMap(showsOf);
  const shortestFirst = MOVIES.toSorted((a, b) => a.durationMinutes - b.durationMinutes);

  it.each([
    ['in half an hour, on any screen', SCREENS, 30],
    [
      'in an hour, on a screen with GOLD seats at 200.00',
      SCREENS.filter(({ prices }) => prices.GOLD === 200_00n),
      60,
    ],
  ])('can be had whenever no regular show starts %s', (_, screens, minutes) => {
    const onThese = regular.filter(({ screenId }) => screens.some(({ id }) => id === screenId));
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const earliest = indiaInstant('2026-08-15', minute);
      const latest = minutesAfter(earliest, minutes);
      if (onThese.some(({ startTime }) => startTime >= earliest && startTime <= latest)) continue;
      expect(planSpecialShow(regular, screens, shortestFirst, earliest, latest)).not.toBeNull();
    }
  });

  it('leaves a quarter of an hour on either side', () => {
    const [screen] = SCREENS;
    if (!screen) throw new Error('no screen');
    const [first] = showsOf('2026-08-15');
    if (!first) throw new Error('no show');
    const planAhead = (minutes: number) => {
      const start = minutesAfter(first.startTime, -minutes);
      return planSpecialShow([first], [screen], shortestFirst.slice(0, 1), start, start);
    };
    expect(planAhead(120)?.endTime).toEqual(minutesAfter(first.startTime, -16));
    expect(planAhead(115)).toBeNull();
  });
});

describe('a seat layout', () => {
  it.each(SCREENS)('of $id has 10-14 rows of 10-16 seats, the better ones behind', (screen) => {
    const seats = seatsOf(screen);
    const rows = [...new Set(seats.map(({ row }) => row))].map((row) =>
      seats.filter((seat) => seat.row === row),
    );
    expect(rows.length).toBeGreaterThanOrEqual(10);
    expect(rows.length).toBeLessThanOrEqual(14);
    for (const row of rows) {
      expect(row.length).toBeGreaterThanOrEqual(10);
      expect(row.length).toBeLessThanOrEqual(16);
    }
    const types = rows.map(([seat]) => seat?.seatType);
    expect([...new Set(types)]).toEqual(['GOLD', 'DIAMOND', 'PLATINUM']);
    expect(seats.filter(({ isHouseSeat }) => isHouseSeat)).toHaveLength(2);
  });
});
