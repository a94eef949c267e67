import { devices, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancellableTicket, inspect, type Stage, signIn, startStage } from './stage.ts';

const NEW_YORK = { timezoneId: 'America/New_York' };

/** Two past shows of a theatre in London: in winter its clock is at UTC, in summer not. */
const WINTER = '2025-01-15T20:00:00Z';
const SUMMER = '2025-07-15T19:00:00Z';
const london: { id: string; movie: string }[] = [];

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  const { sql } = stage;
  // The demo's hold would be over before its turn.
  await sql`update tickets set hold_expires_at = now() + interval '30 minutes' where status = 'PENDING_PAYMENT'`;
  const past = await sql`
    select t.id, t.show_id, m.name as movie from tickets t
    join shows on shows.id = t.show_id join movies m on m.id = shows.movie_id
    where t.user_id = 'user-asha' and t.status = 'CONFIRMED' and shows.end_time < now()
    order by t.id limit 2`;
  for (const [index, start] of [WINTER, SUMMER].entries()) {
    const { id, show_id, movie } = past[index] ?? {};
    london.push({ id, movie });
    // A hall of its own, as the other tickets' theatres stay in India.
    await sql`insert into theaters select (jsonb_populate_record(th, '{"id": "theater-london", "time_zone": "Europe/London"}')).*
      from theaters th limit 1 on conflict do nothing`;
    await sql`insert into screens (id, theater_id, name) values ('screen-london-1', 'theater-london', 'Screen 1') on conflict do nothing`;
    await sql`update shows set screen_id = 'screen-london-1', start_time = ${start}, end_time = ${start}::timestamptz + interval '2 hours' where id = ${show_id}`;
  }
});
afterAll(() => stage.close());

const words = (page: Page) => page.locator('body').innerText();

/** Every time of day that the page shows, with the zone after it or the dash to the other end; not those in London. */
async function timesOf(page: Page, place: string): Promise<string[]> {
  const found = (await words(page)).match(/\d{1,2}(:\d\d)?\s[AP]M( – |( [A-Z][a-z]+)+ Time)?/g) ?? [];
  const inIndia = found.filter((time) => !/(Greenwich Mean|British Summer) Time$/.test(time));
  expect(inIndia, place).not.toHaveLength(0);
  return inIndia;
}

const zonesNamed = async (page: Page, place: string) =>
  (await timesOf(page, place)).filter((time) => time.endsWith('Time'));

async function openTicket(id: string, timezoneId: string): Promise<Page> {
  const page = await stage.open(`/tickets/${id}`, { timezoneId });
  await page.getByRole('button', { name: 'Asha Rao' }).click();
  await page.getByRole('heading', { name: 'Seats' }).waitFor();
  return page;
}

/** The list, a ticket of each kind, and the dialog before and after a cancellation. */
async function walk(page: Page, look: (place: string) => Promise<void>): Promise<void> {
  await signIn(page);
  await page.locator('.card a').first().waitFor();
  await look('list');
  const { data } = await stage.ask('{ myTickets(first: 50) { nodes { id status timing canCancel } } }');
  const kinds = new Map<string, string>();
  for (const { id, ...kind } of data.myTickets.nodes)
    if (!london.some((one) => one.id === id)) kinds.set(JSON.stringify(kind), id);
  expect(kinds.size).toBeGreaterThanOrEqual(6);
  for (const [kind, id] of kinds) {
    await page.goto(`${stage.origin}/tickets/${id}`);
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    await look(kind);
  }
  const { id } = await cancellableTicket(stage);
  await page.goto(`${stage.origin}/tickets/${id}`);
  await page.getByRole('button', { name: 'Cancel booking' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/^The money goes .* if you cancel before .*\d/).waitFor();
  await look('dialog');
  await dialog.getByRole('button', { name: 'Cancel booking' }).click();
  await dialog.getByText('Refund sent').waitFor({ timeout: 40_000 });
  await look('refund');
}

describe('times are the theatre’s, and', () => {
  it('a person whose clock shows another time reads the zone beside each of them', async () => {
    const page = await stage.open('/', NEW_YORK);
    await walk(page, async (place) => {
      const bare = (await timesOf(page, place)).filter((time) => !/ – $| India Standard Time$/.test(time));
      expect(bare, place).toEqual([]);
    });
    await inspect(page, 'new-york');
    await page.context().close();
  }, 180_000);

  it('a person in India reads no zone', async () => {
    const page = await stage.open('/', { timezoneId: 'Asia/Kolkata' });
    await walk(page, async (place) => expect(await zonesNamed(page, place), place).toEqual([]));
    await page.context().close();
  }, 180_000);

  it('nor does one elsewhere whose clock shows the same', async () => {
    const page = await stage.open('/', { timezoneId: 'Asia/Colombo' });
    await signIn(page);
    await page.locator('.card a').first().waitFor();
    expect(await words(page)).toMatch(/(Today|Tomorrow) \d/);
    expect(await zonesNamed(page, 'list')).toEqual([]);
    await page.context().close();
  }, 60_000);

  it('the clocks are compared at that very moment: with UTC, London agrees in winter only', async () => {
    const winter = await openTicket(london[0]?.id ?? '', 'Africa/Abidjan');
    expect(await words(winter)).toContain('Wed, 15 Jan, 2025, 8\u00a0PM – 10\u00a0PM\n');
    await winter.context().close();
    const summer = await openTicket(london[1]?.id ?? '', 'Africa/Abidjan');
    expect(await words(summer)).toContain('Tue, 15 Jul, 2025, 8\u00a0PM – 10\u00a0PM British Summer Time\n');
    await summer.getByText(/until Tue, 15 Jul, 2025 at 7\sPM British Summer Time, 1 hour before/).waitFor();
    await summer.context().close();
  }, 60_000);

  it('the API says what the theatre’s clock shows, not the browser’s own time zone data', async () => {
    const { sql } = stage;
    const id = london[0]?.id ?? '';
    const openMoved = async (timeZone: string, start: string, timezoneId: string) => {
      // A hall of its own, since names and zones are cached.
      const name = timeZone.split('/')[1]?.toLowerCase() ?? '';
      await sql`insert into theaters select (jsonb_populate_record(th, ${sql.json({ id: `theater-${name}`, time_zone: timeZone })})).*
        from theaters th limit 1 on conflict do nothing`;
      await sql`insert into screens (id, theater_id, name) values (${`screen-${name}`}, ${`theater-${name}`}, 'Screen 1') on conflict do nothing`;
      await sql`update shows set screen_id = ${`screen-${name}`}, start_time = ${start}, end_time = ${start}::timestamptz + interval '2 hours'
        where id = (select show_id from tickets where id = ${id})`;
      const page = await openTicket(id, timezoneId);
      const shown = await page.locator('.stub .when').innerText();
      await page.context().close();
      return shown;
    };
    // The names are those of the browser where its data is as new, else offsets.
    expect(await openMoved('America/Vancouver', '2026-12-15T12:00:00Z', 'Asia/Kolkata')).toMatch(
      /^Tue, 15 Dec(, 2026)?, 5\sAM – 7\sAM (GMT-7|.* Time)$/,
    );
    expect(await openMoved('America/Edmonton', '2026-12-15T12:00:00Z', 'Asia/Kolkata')).toMatch(
      /^Tue, 15 Dec(, 2026)?, 6\sAM – 8\sAM (GMT-6|.* Time)$/,
    );
    // The night has 1:30 twice, so the zone says which.
    expect(await openMoved('America/New_York', '2025-11-02T05:30:00Z', 'America/New_York')).toMatch(
      /^Sun, 2 Nov, 2025, 1:30\sAM – 2:30\sAM Eastern Daylight Time$/,
    );
    expect(await openMoved('America/New_York', '2025-11-02T06:30:00Z', 'America/New_York')).toMatch(
      /^Sun, 2 Nov, 2025, 1:30\sAM – 3:30\sAM Eastern Standard Time$/,
    );
    expect(await openMoved('America/New_York', '2025-11-02T07:30:00Z', 'America/New_York')).toMatch(
      /^Sun, 2 Nov, 2025, 2:30\sAM – 4:30\sAM$/,
    );
  }, 120_000);

  it('where it is another day, no day is called today', async () => {
    const date = (timeZone: string) => new Date().toLocaleDateString('sv-SE', { timeZone });
    // One of the two always has another date than India.
    const timezoneId = ['Pacific/Kiritimati', 'Pacific/Pago_Pago'].find(
      (zone) => date(zone) !== date('Asia/Kolkata'),
    );
    const page = await stage.open('/', { timezoneId: timezoneId ?? '' });
    await signIn(page);
    await page.locator('.card a').first().waitFor();
    expect(await words(page)).not.toMatch(/today|tomorrow|yesterday/i);
    await page.context().close();
  }, 60_000);

  it('on a phone abroad nothing is cut off', async () => {
    const page = await stage.open('/', { ...devices['Pixel 7'], ...NEW_YORK });
    const overflow = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await signIn(page);
    await page.locator('.card a').first().waitFor();
    expect(await overflow()).toBe(0);
    await inspect(page, 'phone-list-abroad', false);
    const { id } = await cancellableTicket(stage);
    await page.goto(`${stage.origin}/tickets/${id}`);
    await page.getByRole('heading', { name: 'What happened' }).waitFor();
    expect(await overflow()).toBe(0);
    await inspect(page, 'phone-details-abroad');
    await page.context().close();
  }, 60_000);
});
