import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findTimeZoneConflicts, warnOfTimeZoneConflicts } from '../../../src/platform/db/check-time-zones.ts';
import { screens, shows, theaters } from '../../../src/platform/db/tables/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { givenCatalogue, givenShow, HOUR } from '../../support/world.ts';

const NOW = new Date('2026-12-15T12:00:00Z');
const after = (hours: number) => new Date(NOW.getTime() + hours * HOUR);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenShow(database.db, 'show-india', after(24));
});
afterAll(() => database.close());

async function givenTheater(id: string, timeZone: string, showStart: Date) {
  const place = { cityId: 'city-mumbai', name: id, address: 'Street 1' };
  await database.db.insert(theaters).values({ id: `theater-${id}`, ...place, timeZone });
  await database.db.insert(screens).values({ id: `screen-${id}`, theaterId: `theater-${id}`, name: '1' });
  const show = {
    movieId: 'movie-endgame',
    startTime: showStart,
    endTime: new Date(showStart.getTime() + HOUR),
  };
  await database.db.insert(shows).values({ id: `show-${id}`, screenId: `screen-${id}`, ...show });
}

it('finds the zones about which database and process disagree, while a show uses them', async () => {
  expect(await findTimeZoneConflicts(database.db, NOW)).toEqual([]);
  // IANA: Central Europe with its summer time. PostgreSQL: the abbreviation, one hour ahead all year.
  await givenTheater('cet', 'CET', after(24));
  await givenTheater('mars', 'Mars/Olympus_Mons', after(300 * 24));
  await givenTheater('past', 'Mars/Past', after(-1));
  await givenTheater('later', 'Mars/Later', after(367 * 24));
  expect(await findTimeZoneConflicts(database.db, NOW)).toEqual([
    {
      timeZone: 'CET',
      problem: 'at 2027-03-28T12:00:00.000Z the database is 60 minutes ahead of UTC, Usher 120',
    },
    { timeZone: 'Mars/Olympus_Mons', problem: 'no IANA time zone: times of its theaters are shown in UTC' },
  ]);
});

it('warns of each in the log', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line) => void lines.push(line) });
  await warnOfTimeZoneConflicts(database.db, NOW, log);
  expect(lines.map((line) => JSON.parse(line).timeZone)).toEqual(['CET', 'Mars/Olympus_Mons']);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    msg: 'the database has other time zone data',
    timeZoneData: expect.stringMatching(/^20\d\d[a-z]$/),
  });
});
