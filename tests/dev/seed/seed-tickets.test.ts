import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_TICKETS_OF_THE_DESK, seedSize } from '../../../src/dev/seed/seed-size.ts';
import { seedTickets } from '../../../src/dev/seed/seed-tickets.ts';
import { brokenInvariants, overlappingShows } from '../../support/invariants.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const NOW = new Date('2024-12-15T12:00:00Z');
/** Not a whole number of shows, and more than one batch. */
const TICKETS = 21_025;

let database: TestDatabase;
const told: number[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  await seedTickets(database.db, TICKETS, NOW, (written) => told.push(written));
});
afterAll(() => database.close());

async function numberOf(rows: string): Promise<number> {
  const [counted] = await database.db.execute<{ count: number }>(
    sql.raw(`select count(*)::int from ${rows}`),
  );
  return counted?.count ?? 0;
}

describe('a seed of tickets', () => {
  it('obeys every rule', async () => {
    expect(await brokenInvariants(database.db)).toEqual([]);
    expect(await overlappingShows(database.db)).toEqual([]);
  });

  it('has as many as were asked for, and tells how far it is', async () => {
    expect(await numberOf('tickets')).toBe(TICKETS);
    expect(told.at(-1)).toBe(TICKETS);
    expect(told.length).toBeGreaterThan(1);
  });

  it('has shows behind and ahead, and tickets in every status', async () => {
    const soon = `'${NOW.toISOString()}'::timestamptz + interval '1 hour'`;
    expect(await numberOf(`shows where end_time < '${NOW.toISOString()}'`)).toBeGreaterThan(200);
    const cancellable = `tickets t join shows s on s.id = t.show_id where status = 'CONFIRMED' and start_time > ${soon}`;
    expect(await numberOf(cancellable)).toBeGreaterThan(TICKETS / 5);
    for (const [status, least] of [
      ['CONFIRMED', 16_000],
      ['CANCELLED', 2_000],
      ['EXPIRED', 900],
      ['PENDING_PAYMENT', 5],
    ] as const)
      expect(await numberOf(`tickets where status = '${status}'`), status).toBeGreaterThan(least);
  });

  it('has one user with a tenth of them, and others with a hundred, a few dozen and a few', async () => {
    expect(await numberOf(`tickets where user_id = 'user-seed-desk'`)).toBe(Math.ceil(TICKETS / 10));
    for (const [kind, least, most] of [
      ['occasional', 3, 5],
      ['regular', 20, 28],
      ['company', 100, 140],
    ] as const) {
      const users = await numberOf(`users where id like 'user-seed-${kind}-%'`);
      const average = (await numberOf(`tickets where user_id like 'user-seed-${kind}-%'`)) / users;
      expect(average, kind).toBeGreaterThan(least);
      expect(average, kind).toBeLessThan(most);
    }
  });

  it('books nothing later than now, and lets holds run out after now', async () => {
    expect(await numberOf(`tickets where booking_time > '${NOW.toISOString()}'`)).toBe(0);
    expect(
      await numberOf(
        `tickets where status = 'PENDING_PAYMENT' and hold_expires_at <= '${NOW.toISOString()}'`,
      ),
    ).toBe(0);
    expect(await numberOf(`tickets where cancelled_at > '${NOW.toISOString()}'`)).toBe(0);
  });

  it('is the same to the last row when it is made again', async () => {
    const again = await createTestDatabase();
    try {
      await seedTickets(again.db, TICKETS, NOW, () => {});
      for (const table of [
        'tickets',
        'ticket_seats',
        'show_seats',
        'payments',
        'refunds',
        'ticket_events',
        'users',
      ]) {
        const digest = sql.raw(
          `select md5(string_agg(t::text, ',' order by t::text)) as digest from ${table} t`,
        );
        expect(await again.db.execute(digest), table).toEqual(await database.db.execute(digest));
      }
    } finally {
      await again.close();
    }
  });

  it('is refused where there is one', async () => {
    await expect(seedTickets(database.db, 100, NOW, () => {})).rejects.toThrow(/seeded before.*db:reset/);
    expect(await numberOf('tickets')).toBe(TICKETS);
  });
});

it('a single ticket can be seeded', async () => {
  const small = await createTestDatabase();
  try {
    await seedTickets(small.db, 1, NOW, () => {});
    expect(await brokenInvariants(small.db)).toEqual([]);
  } finally {
    await small.close();
  }
});

it('the desk of a million tickets has a hundred thousand, and of ten million no more', () => {
  for (const tickets of [1_000_000, 10_000_000]) {
    const { users } = seedSize(tickets);
    const others = users.occasional * 4 + users.regular * 24 + users.company * 120;
    expect(tickets - others).toBeGreaterThanOrEqual(MOST_TICKETS_OF_THE_DESK);
    expect(tickets - others).toBeLessThan(MOST_TICKETS_OF_THE_DESK + 200);
  }
});
