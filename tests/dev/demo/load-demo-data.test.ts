import { count, eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USER, loadDemoData } from '../../../src/dev/demo/load-demo-data.ts';
import {
  movies,
  showSeats,
  shows,
  ticketEvents,
  ticketSeats,
  tickets,
  users,
} from '../../../src/platform/db/tables/index.ts';
import { brokenInvariants, overlappingShows } from '../../support/invariants.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { DEMONSTRATIONS } from './demonstrations.ts';
import { ownedTickets } from './owned-tickets.ts';
import { tableDigests } from './table-digests.ts';

describe.each([
  ['in the dead of night', new Date('2026-03-04T03:00:00.000+05:30')],
  ['in the morning', new Date('2026-08-15T11:00:12.345+05:30')],
  ['late in the evening', new Date('2026-12-31T23:30:59.999+05:30')],
])('the demo data loaded %s', (_, now) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
    await loadDemoData(database.db, now);
  });
  afterAll(() => database.close());

  it('obeys every rule', async () => {
    expect(await brokenInvariants(database.db)).toEqual([]);
  });

  it('runs no two shows on one screen at a time', async () => {
    expect(await overlappingShows(database.db)).toEqual([]);
  });

  it('ends each show after the running time of its movie', async () => {
    const wrong = await database.db
      .select({ id: shows.id })
      .from(shows)
      .innerJoin(movies, eq(movies.id, shows.movieId))
      .where(sql`${shows.endTime} - ${shows.startTime} <> make_interval(mins => ${movies.durationMinutes})`);
    expect(wrong).toEqual([]);
  });

  it('has a show seat for every seat of each show, and keeps a few for the house', async () => {
    const [odd] = await database.db.execute<{ shows: number }>(sql`
      with places as materialized (select screen_id, count(*) as seats from seats group by 1),
        for_sale as materialized (
          select show_id, count(*) as seats, bool_or(status = 'BLOCKED') as keeps_some from show_seats group by 1)
      select count(*)::int as shows from shows
      left join places on places.screen_id = shows.screen_id left join for_sale on show_id = shows.id
      where places.seats is distinct from for_sale.seats or keeps_some is not true`);
    expect(odd?.shows).toBe(0);
  });

  it.each(Object.entries(DEMONSTRATIONS))('can demonstrate %s', async (_name, demonstrates) => {
    expect((await ownedTickets(database.db, now)).filter(demonstrates)).not.toHaveLength(0);
  });

  it('gives the worked example two GOLD seats at 200.00', async () => {
    const owned = await ownedTickets(database.db, now);
    const example = owned.find(DEMONSTRATIONS['the worked example'] ?? (() => false));
    const seats = await database.db
      .select()
      .from(ticketSeats)
      .where(eq(ticketSeats.ticketId, example?.ticket.id ?? ''));
    expect(seats.map(({ seatType, price }) => [seatType, price])).toEqual([
      ['GOLD', 200_00n],
      ['GOLD', 200_00n],
    ]);
  });

  it('holds the unpaid seats for five minutes from now', async () => {
    const hold = (await ownedTickets(database.db, now)).find(
      ({ ticket }) => ticket.status === 'PENDING_PAYMENT',
    );
    expect(hold?.ticket.holdExpiresAt).toEqual(new Date(now.getTime() + 5 * 60_000));
    const seats = await database.db.select().from(showSeats).where(eq(showSeats.status, 'LOCKED'));
    expect(seats).toHaveLength(2);
    for (const seat of seats) {
      const by = { userId: DEMO_USER.id, lockedBy: DEMO_USER.id, lockedAt: now, ticketId: hold?.ticket.id };
      expect(seat).toMatchObject(by);
    }
  });

  it('sells users 0, 1, 13 and 2,000 tickets', async () => {
    const owners = await database.db
      .select({ id: users.id, tickets: count(tickets.id) })
      .from(users)
      .leftJoin(tickets, eq(tickets.userId, users.id))
      .groupBy(users.id);
    expect(Object.fromEntries(owners.map((user) => [user.id, user.tickets]))).toEqual({
      'user-kabir': 0,
      'user-meera': 1,
      [DEMO_USER.id]: 13,
      'user-travel-desk': 2_000,
    });
  });

  it('gives every ticket an id of its own', async () => {
    const [ids] = await database.db
      .select({ all: count(), distinct: sql<number>`count(distinct ${tickets.id})::int` })
      .from(tickets);
    expect(ids?.distinct).toBe(ids?.all);
  });

  it('tells of nothing that lies ahead', async () => {
    const [latest] = await database.db.execute<{ ahead: boolean }>(sql`
      select greatest(
        (select max(at) from ticket_events), (select max(payment_time) from payments), (select max(processed_at) from refunds)
      ) > ${now.toISOString()}::timestamptz as ahead`);
    expect(latest?.ahead).toBe(false);
  });

  it('begins the timeline of each ticket with its hold', async () => {
    const firsts = await database.db
      .selectDistinct({ type: ticketEvents.type, actor: ticketEvents.actor })
      .from(ticketEvents)
      .where(eq(ticketEvents.seq, 1));
    expect(firsts).toEqual([{ type: 'HELD', actor: 'USER' }]);
  });

  it('changes nothing when it is loaded again', async () => {
    const before = await tableDigests(database.db);
    await loadDemoData(database.db, now);
    expect(await tableDigests(database.db)).toEqual(before);
  });
});

it('is the same, row by row, in two databases that load it at one time, though one loads it twice at once', async () => {
  const now = new Date('2026-05-06T19:00:00.000+05:30');
  const [one, other] = [await createTestDatabase(), await createTestDatabase()];
  await Promise.all([loadDemoData(one.db, now), loadDemoData(one.db, now), loadDemoData(other.db, now)]);
  expect(await tableDigests(one.db)).toEqual(await tableDigests(other.db));
  await one.close();
  await other.close();
});
