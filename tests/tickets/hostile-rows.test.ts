import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { movies, screens, shows, theaters } from '../../src/platform/db/tables/index.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** Rows that other services wrote. Nothing in them may break a response. */

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
});
afterAll(() => api.close());
beforeEach(() => {
  api.logs.length = 0;
});

/** Names are cached, so each case uses another movie in another hall. */
async function showIsOf(movie: { name?: string; posterUrl?: string }, place = 'PVR'): Promise<void> {
  const { db } = api.database;
  const id = randomUUID();
  const movieId = `movie-${id}`;
  const screenId = `screen-${id}`;
  const theaterId = `theater-${id}`;
  await db
    .insert(movies)
    .values({ id: movieId, name: 'Dune', posterUrl: '/1.svg', durationMinutes: 155, ...movie });
  await db
    .insert(theaters)
    .values({ id: theaterId, cityId: 'city-mumbai', name: place, address: place, timeZone: place });
  await db.insert(screens).values({ id: screenId, theaterId, name: place });
  await db.update(shows).set({ movieId, screenId });
}

async function readShow() {
  const fields = 'movie { name posterUrl rating } theater { name address timeZone } screen { name }';
  const { data, errors } = await api.send(`{ ticket(id: "TKT-1") { show { ${fields} } calendarEvent } }`);
  expect(errors).toBeUndefined();
  expect(api.logs).toEqual([]);
  return data.ticket;
}

describe('a poster', () => {
  it.each([
    ['', null],
    [' ', null],
    ['https://[', null],
    ['http://', null],
    ['javascript:alert(1)', null],
    [' JaVaScRiPt:alert(1)', null],
    ['java\nscript:alert(1)', null],
    ['data:image/svg+xml,<svg onload=alert(1)>', null],
    ['blob:https://example.com/1', null],
    ['file:///etc/passwd', null],
    ['https://cdn.example/a b"c.png', 'https://cdn.example/a%20b%22c.png'],
  ])('stored as %j is returned as %j', async (posterUrl, given) => {
    await showIsOf({ posterUrl });
    expect((await readShow()).show.movie.posterUrl).toBe(given);
  });

  it.each(['posters/1.svg', '../../posters/1.svg'])('stored as %j is served here', async (posterUrl) => {
    await showIsOf({ posterUrl });
    expect((await readShow()).show.movie.posterUrl).toBe(`${api.origin}/posters/1.svg`);
  });
});

describe('a name', () => {
  it.each([
    '<script>alert(1)</script>',
    'x\r\nBEGIN:VALARM\r\nATTENDEE:mailto:all@example.com',
    '\u202eevil\u2066\u200b\u2060',
    '\u200b',
    '',
    '__proto__',
    '"; drop table movies; --',
    'म'.repeat(100_000),
  ])('such as %.40j is returned unchanged, and adds no property to a calendar', async (name) => {
    await showIsOf({ name }, name);
    const { show, calendarEvent } = await readShow();
    expect(show).toMatchObject({
      movie: { name },
      theater: { name, address: name, timeZone: name },
      screen: { name },
    });
    const lines = calendarEvent.replaceAll('\r\n ', '').split('\r\n');
    expect(lines.filter((line: string) => /^(BEGIN|ATTENDEE)/.test(line))).toEqual([
      'BEGIN:VCALENDAR',
      'BEGIN:VEVENT',
    ]);
    expect(calendarEvent.replaceAll('\r\n', '')).not.toMatch(
      /[\p{Cc}\u200b\u2028\u202a-\u202e\u2060-\u2069]/u,
    );
  });
});

describe('the database refuses', () => {
  it.each([
    ['a rating that is not a number', `update movies set rating = 'NaN'`],
    ['a rating above ten', 'update movies set rating = 11'],
    ['a ticket id with markup', `update tickets set id = 'TKT-<b>'`],
    ['an endless user id', `insert into users (id, name, email) values (repeat('x', 65), '', '')`],
  ])('%s', async (_words, statement) => {
    await expect(api.database.db.execute(sql.raw(statement))).rejects.toMatchObject({
      cause: { code: expect.stringMatching(/^23|^22/) },
    });
  });
});
