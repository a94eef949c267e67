import moment from 'moment-timezone';
import { describe, expect, it } from 'vitest';
import {
  isTimeZone,
  TIME_ZONE_DATA_VERSION,
  utcOffsetAt,
  utcOffsets,
  utcOffsetsBetween,
} from '../../../src/platform/time/time-zone-data.ts';

const DAY = 86_400_000;

/** "05:00" */
const localTime = (timeZone: string, at: string) => {
  const instant = new Date(at);
  return new Date(instant.getTime() + utcOffsetAt(timeZone, instant) * 60_000).toISOString().slice(11, 16);
};

describe('the local time does not depend on the version of Node', () => {
  it.each([
    // British Columbia and Alberta stopped changing their clocks in 2026: Node 20.20.2 has the old rules.
    ['America/Vancouver', '2026-12-15T12:00:00Z', '05:00'],
    ['America/Edmonton', '2026-12-15T12:00:00Z', '06:00'],
    ['America/Vancouver', '2025-12-15T12:00:00Z', '04:00'],
    ['America/Edmonton', '2025-12-15T12:00:00Z', '05:00'],
    ['Asia/Kolkata', '2026-12-15T12:00:00Z', '17:30'],
    ['Asia/Calcutta', '2026-12-15T12:00:00Z', '17:30'],
    ['asia/kolkata', '2026-12-15T12:00:00Z', '17:30'],
    ['Asia/Kathmandu', '2026-12-15T12:00:00Z', '17:45'],
    ['Etc/GMT+5', '2026-12-15T12:00:00Z', '07:00'],
  ])('%s at %s: %s', (timeZone, at, time) => {
    expect(localTime(timeZone, at)).toBe(time);
  });
});

describe('when clocks change', () => {
  it('the gap: one second after 1:59:59 it is 3:00', () => {
    expect(localTime('America/New_York', '2026-03-08T06:59:59Z')).toBe('01:59');
    expect(localTime('America/New_York', '2026-03-08T07:00:00Z')).toBe('03:00');
  });

  it('the fold: 1:30 comes twice', () => {
    expect(localTime('America/New_York', '2026-11-01T05:30:00Z')).toBe('01:30');
    expect(localTime('America/New_York', '2026-11-01T06:30:00Z')).toBe('01:30');
  });
});

it('agrees with the package’s own functions on every zone, in every month from 1890 to 2040', () => {
  for (const name of moment.tz.names()) {
    const zone = moment.tz.zone(name);
    for (let month = 0; month < 150 * 12; month++) {
      const at = Date.UTC(1890, month, 1 + (month % 28), month % 24, 7);
      if (utcOffsetAt(name, new Date(at)) + Math.round(zone?.utcOffset(at) ?? Number.NaN) !== 0)
        expect.unreachable(`${name} at ${new Date(at).toISOString()}`);
    }
  }
});

it('lists each change once, and none of the name alone', () => {
  expect(utcOffsets('Asia/Kolkata').at(-1)).toEqual({ from: new Date('1945-10-14T17:30:00Z'), minutes: 330 });
  expect(utcOffsets('America/Vancouver').at(-1)).toEqual({
    from: new Date('2026-03-08T10:00:00Z'),
    minutes: -420,
  });
  expect(utcOffsets('UTC')).toEqual([{ from: null, minutes: 0 }]);
});

it('lists what holds between two instants, and the first without its beginning', () => {
  const between = (timeZone: string, from: string, to: string) =>
    utcOffsetsBetween(timeZone, Date.parse(from), Date.parse(to));
  expect(between('Asia/Kolkata', '2025-01-01', '2027-01-01')).toEqual([{ from: null, minutes: 330 }]);
  expect(between('America/New_York', '2026-01-01', '2026-12-01')).toEqual([
    { from: null, minutes: -300 },
    { from: new Date('2026-03-08T07:00:00Z'), minutes: -240 },
    { from: new Date('2026-11-01T06:00:00Z'), minutes: -300 },
  ]);
  expect(between('Europe/London', '1941-06-01', '1941-06-02')).toEqual([{ from: null, minutes: 120 }]);
});

it.each(['Mars/Olympus_Mons', '', 'IST', 'constructor', '__proto__', 'x'.repeat(100_000)])(
  '%.20s is no time zone and counts as UTC',
  (name) => {
    expect(isTimeZone(name)).toBe(false);
    expect(utcOffsetAt(name, new Date(400 * DAY))).toBe(0);
  },
);

it('is at least as new as the data of this Node: if not, update moment-timezone', () => {
  expect(TIME_ZONE_DATA_VERSION >= (process.versions.tz ?? '')).toBe(true);
});
