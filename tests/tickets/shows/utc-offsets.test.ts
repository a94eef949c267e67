import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFormats } from '../../../src/notifications/formats.ts';
import { screens, shows, theaters } from '../../../src/platform/db/tables/index.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket } from '../../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
});
afterAll(() => api.close());

const TICKET = `query($id: ID!) {
  ticket(id: $id) { show { startTime theater { timeZone } utcOffsets { from minutes } } }
}`;

/** Reads a ticket of a theatre in a time zone. */
async function readShow(timeZone: string, showStart: string) {
  const { db } = api.database;
  const name = `${timeZone}-${showStart}`.replace(/[\W_]+/g, '-');
  const place = { cityId: 'city-mumbai', name, address: 'Street 1', timeZone };
  await db.insert(theaters).values({ id: `theater-${name}`, ...place });
  await db.insert(screens).values({ id: `screen-${name}`, theaterId: `theater-${name}`, name: 'Screen 1' });
  await givenTicket(db, { id: `TKT-${name}`, showStart: new Date(showStart) });
  await db
    .update(shows)
    .set({ screenId: `screen-${name}` })
    .where(eq(shows.id, `show-TKT-${name}`));
  const { data } = await api.send(TICKET, { as: 'user-asha', variables: { id: `TKT-${name}` } });
  return data.ticket.show;
}

interface Offset {
  from: string | null;
  minutes: number;
}

/** What a client does with the offsets, as docs/clients.md says. */
function localTime(instant: string, utcOffsets: Offset[]): string {
  const { minutes } = utcOffsets.findLast(({ from }) => from === null || from <= instant) as Offset;
  return new Date(Date.parse(instant) + minutes * 60_000).toISOString().slice(0, 16);
}

it.each([
  ['America/Vancouver', '2026-12-15T12:00:00.000Z', '2026-12-15T05:00', '5:00 am GMT-7'],
  ['America/Edmonton', '2026-12-15T12:00:00.000Z', '2026-12-15T06:00', '6:00 am GMT-6'],
  ['Asia/Kolkata', '2026-12-15T12:00:00.000Z', '2026-12-15T17:30', '5:30 pm IST'],
  ['America/New_York', '2026-11-01T05:30:00.000Z', '2026-11-01T01:30', '1:30 am GMT-4'],
  ['America/New_York', '2026-11-01T06:30:00.000Z', '2026-11-01T01:30', '1:30 am GMT-5'],
  ['America/Vancouver', '1999-07-01T03:00:00.000Z', '1999-06-30T20:00', '8:00 pm GMT-7'],
  ['Mars/Olympus_Mons', '2026-12-15T12:00:00.000Z', '2026-12-15T12:00', '12:00 pm UTC'],
])('%s at %s: the API and a mail say the same', async (timeZone, showStart, local, inMail) => {
  const { utcOffsets } = await readShow(timeZone, showStart);
  expect(localTime(showStart, utcOffsets)).toBe(local);
  const mail = createFormats('en-IN').time(new Date(showStart), timeZone);
  expect(mail.endsWith(`, ${inMail}`), mail).toBe(true);
});

it('the offsets reach from a year before the show to a year after it', async () => {
  const { utcOffsets } = await readShow('Europe/London', '2026-07-15T19:00:00.000Z');
  expect(utcOffsets).toEqual([
    { from: null, minutes: 60 },
    { from: '2025-10-26T01:00:00.000Z', minutes: 0 },
    { from: '2026-03-29T01:00:00.000Z', minutes: 60 },
    { from: '2026-10-25T01:00:00.000Z', minutes: 0 },
    { from: '2027-03-28T01:00:00.000Z', minutes: 60 },
  ]);
});
