import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { inTransaction } from '../../../src/platform/db/in-transaction.ts';
import { shows, tickets } from '../../../src/platform/db/tables/index.ts';
import { lockTicket } from '../../../src/tickets/lock-ticket.ts';
import {
  copyShowTimes,
  fillMissingCopies,
  findShowsToCopy,
} from '../../../src/tickets/shows/copy-show-times.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

let api: TestApi;
const now = Date.now();
const at = (hours: number) => new Date(now + hours * HOUR);

beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
});
afterAll(() => api.close());
beforeEach(async () => {
  await sweep();
});

async function sweep(): Promise<void> {
  const { db } = api.database;
  for (const id of await findShowsToCopy(db, 100)) await copyShowTimes(db, id);
}

const move = (id: string, hours: number) =>
  api.database.db
    .update(shows)
    .set({ startTime: at(hours), endTime: at(hours + 2) })
    .where(eq(shows.id, id));

const copiesOf = async (id: string) => {
  const [row] = await api.database.db
    .select({ start: tickets.listedStart, end: tickets.listedEnd })
    .from(tickets)
    .where(eq(tickets.id, id));
  return row;
};

async function upcoming(userId: string): Promise<{ id: string; canCancel: boolean; timing: string }[]> {
  const query =
    '{ myTickets(filter: { timing: UPCOMING }, orderBy: { field: SHOW_TIME, direction: ASC }) { nodes { id canCancel timing } } }';
  const { data, errors } = await api.send(query, { as: userId });
  expect(errors).toBeUndefined();
  return data.myTickets.nodes;
}

it('a moved show changes its place in lists with the next sweep, and what cancelling costs immediately', async () => {
  const { db } = api.database;
  for (const [id, hours] of [
    ['TKT-a', 30],
    ['TKT-b', 40],
    ['TKT-c', 50],
  ] as const)
    await givenTicket(db, { id, userId: 'user-moved', showStart: at(hours) });
  await sweep();
  await move('show-TKT-a', 45);
  await move('show-TKT-c', -3);
  expect(await upcoming('user-moved')).toEqual([
    { id: 'TKT-a', canCancel: true, timing: 'UPCOMING' },
    { id: 'TKT-b', canCancel: true, timing: 'UPCOMING' },
    { id: 'TKT-c', canCancel: false, timing: 'PAST' },
  ]);
  await sweep();
  expect((await upcoming('user-moved')).map(({ id }) => id)).toEqual(['TKT-b', 'TKT-a']);
  expect(await findShowsToCopy(db, 100)).toEqual([]);
});

it('a show that was moved comes before shows that are only new', async () => {
  const { db } = api.database;
  await givenTicket(db, { id: 'TKT-z', showStart: at(30) });
  await sweep();
  await givenTicket(db, { id: 'TKT-y', showStart: at(30) });
  await move('show-TKT-z', 31);
  expect(await findShowsToCopy(db, 1)).toEqual(['show-TKT-z']);
});

it('a sale that began before the move and commits after the sweep began is not missed', async () => {
  const { db } = api.database;
  await givenTicket(db, { id: 'TKT-first', userId: 'user-late', showStart: at(30) });
  await sweep();
  const [sold] = await db.select().from(tickets).where(eq(tickets.id, 'TKT-first'));
  if (!sold) throw new Error('the ticket is missing');
  await inTransaction(db, async (tx) => {
    await tx.insert(tickets).values({ ...sold, id: 'TKT-second' });
    await move('show-TKT-first', 33);
    // The sale holds the row of the show by its foreign key.
    await copyShowTimes(db, 'show-TKT-first');
    expect(await copiesOf('TKT-first')).toEqual({ start: at(33), end: at(35) });
    expect(await findShowsToCopy(db, 100)).toEqual(['show-TKT-first']);
  });
  await sweep();
  expect(await findShowsToCopy(db, 100)).toEqual([]);
  for (const id of ['TKT-first', 'TKT-second'])
    expect(await copiesOf(id)).toEqual({ start: at(33), end: at(35) });
});

it('a ticket that is locked for long delays no other ticket of its show', async () => {
  const { db } = api.database;
  for (const [id, userId] of [
    ['TKT-busy', 'user-busy'],
    ['TKT-idle', 'user-idle'],
  ] as const)
    await givenTicket(db, {
      id,
      userId,
      showStart: at(30),
      ...(id === 'TKT-idle' && { showId: 'show-TKT-busy', seatNumbers: ['3'] }),
    });
  await sweep();
  await inTransaction(db, async (tx) => {
    await lockTicket(tx, { userId: 'user-busy', ticketId: 'TKT-busy' });
    await move('show-TKT-busy', 33);
    await copyShowTimes(db, 'show-TKT-busy');
    expect(await copiesOf('TKT-idle')).toEqual({ start: at(33), end: at(35) });
    expect(await copiesOf('TKT-busy')).toMatchObject({ start: at(30) });
  });
  await sweep();
  expect(await copiesOf('TKT-busy')).toEqual({ start: at(33), end: at(35) });
});

it.skipIf(inject('citusUrl') !== undefined)(
  'a sale gets the copies from a trigger, whatever its writer says',
  async () => {
    const { db } = api.database;
    await givenTicket(db, { id: 'TKT-one', userId: 'user-buyer', showStart: at(30) });
    const [sold] = await db.select().from(tickets).where(eq(tickets.id, 'TKT-one'));
    if (!sold) throw new Error('the ticket is missing');
    await db.insert(tickets).values({ ...sold, id: 'TKT-two', listedStart: at(1), listedEnd: null });
    expect(await copiesOf('TKT-two')).toEqual(await copiesOf('TKT-one'));
  },
);

it('tickets without copies get them, whoever their users are', async () => {
  const { db } = api.database;
  for (const n of [1, 2, 3]) {
    await givenTicket(db, { id: `TKT-bare-${n}`, userId: `user-bare-${n}`, showStart: at(30) });
    await db
      .update(tickets)
      .set({ listedStart: null, listedEnd: null })
      .where(eq(tickets.id, `TKT-bare-${n}`));
  }
  await fillMissingCopies(db);
  for (const n of [1, 2, 3]) expect((await copiesOf(`TKT-bare-${n}`))?.start).toEqual(at(30));
});
