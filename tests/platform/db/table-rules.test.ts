import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { databaseCode } from '../../../src/platform/errors/database-fault.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { givenCatalogue, givenTicket } from '../../support/world.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenTicket(database.db, { id: 'TKT-1', showStart: new Date('2024-12-15T18:00:00Z') });
});
afterAll(() => database.close());

async function failureOf(statement: string): Promise<string | null> {
  return database.db.execute(sql.raw(statement)).then(
    () => 'none',
    (error: unknown) => databaseCode(error),
  );
}

const CHECK_VIOLATION = '23514';
const refund = (values: string) => `
  insert into refunds (user_id, id, ticket_id, payment_id, original_amount, cancellation_fee, refund_amount, status, eta_min_business_days, eta_max_business_days, requested_at, next_attempt_at)
  values ('user-asha', 'refund-1', 'TKT-1', 'payment-TKT-1', ${values}, 3, 5, now(), now())`;
const policy = (values: string) => `
  insert into cancellation_policies (id, name, version, cutoff_minutes, tier_over_minutes, tier_fee_bps) values ('policy-x', 'X', 1, ${values})`;

describe('the database itself refuses', () => {
  it.each([
    ['a price breakdown that does not add up', 'update tickets set discount = discount + 1'],
    ['a negative amount', 'update tickets set discount = -5000, total_amount = 47000'],
    [
      'a price that JSON would round',
      'update tickets set base_amount = 9007199254740992, total_amount = 9007199254740992 - discount + convenience_fee',
    ],
    ['a payment that JSON would round', 'update payments set amount = 9007199254740992'],
    ['a price of a sold seat that JSON would round', 'update ticket_seats set price = 9007199254740992'],
    ['a price of a seat that JSON would round', 'update show_seats set price = 9007199254740992'],
    ['another currency', "update tickets set currency = 'USD'"],
    ['a cancelled ticket without its time', "update tickets set status = 'CANCELLED'"],
    ['the time of a cancellation without one', 'update tickets set cancelled_at = now()'],
    ['a hold without an end', "update tickets set status = 'PENDING_PAYMENT'"],
    ['a refunded payment without amount and time', "update payments set status = 'REFUNDED'"],
    [
      'a refund of more than was paid',
      "update payments set status = 'REFUNDED', refund_amount = 37001, refund_initiated_at = now()",
    ],
    ['a captured payment without its time', 'update payments set payment_time = null'],
    ['a fee and a refund that are not the total', refund("37000, 3700, 33301, 'PROCESSING'")],
    ['a refund of nothing that is under way', refund("37000, 37000, 0, 'PROCESSING'")],
    ['a refund that is not required but has an amount', refund("37000, 3700, 33300, 'NOT_REQUIRED'")],
    ['a final refund that a worker should look at', refund("37000, 3700, 33300, 'PROCESSED'")],
    [
      'a booked seat that nobody holds',
      "update show_seats set user_id = null, ticket_id = null where ticket_id = 'TKT-1'",
    ],
    [
      'an available seat that somebody holds',
      "update show_seats set status = 'AVAILABLE' where ticket_id = 'TKT-1'",
    ],
    ['a locked seat without its lock', "update show_seats set status = 'LOCKED' where ticket_id = 'TKT-1'"],
    ['a show without an end', "update shows set end_time = 'infinity'"],
    ['a show that began before any time', "update shows set start_time = '-infinity'"],
    ['a show after the year 2200', "update shows set end_time = '20000-01-01'"],
    ['a cutoff of 4,000 years', policy("2147483647, '{0}', '{1000}'")],
    ['a tier of 4,000 years', policy("60, '{2147483647,0}', '{1000,1000}'")],
    ['a tier after the show', policy("60, '{-60,0}', '{1000,1000}'")],
    ['tiers that do not count from 1', policy("60, '[0:1]={0,1440}', '{1000,2000}'")],
    ['tiers in two dimensions', policy("60, '{{0}}', '{{1000}}'")],
    [
      'a refund that takes 20 million days',
      'update cancellation_policies set eta_max_business_days = 20000000',
    ],
    ['a fee above the price', policy("60, '{0}', '{10001}'")],
    ['a negative fee', policy("60, '{0}', '{-1}'")],
    ['tiers without as many fees', policy("60, '{1440,0}', '{1000}'")],
    ['tiers that leave the last minutes open', policy("60, '{1440}', '{1000}'")],
    ['a tier that is null', policy("60, '{null,0}', '{1000,1000}'")],
    ['a show that ends before it starts', 'update shows set end_time = start_time'],
    ['the id of a ticket that no other part expects', "update tickets set id = 'no ticket'"],
  ])('%s', async (_words, statement) => {
    expect(await failureOf(statement)).toBe(CHECK_VIOLATION);
  });

  it('a second refund of a ticket', async () => {
    expect(await failureOf(refund("37000, 3700, 33300, 'PROCESSING'"))).toBe('none');
    expect(await failureOf(refund("37000, 3700, 33300, 'PROCESSING'").replace('refund-1', 'refund-2'))).toBe(
      '23505',
    );
  });
});

describe('every table of users', () => {
  it('begins its primary key, or each unique index, with user_id, as distributing over machines needs', async () => {
    const rows = await database.db.execute<{ table: string; first: string }>(sql`
      select distinct indrelid::regclass::text as table, (
        select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0]) as first
      from pg_index join pg_class on pg_class.oid = indrelid
      where relnamespace = 'public'::regnamespace and indisunique and (indisprimary
          or not exists (select from pg_index other where other.indrelid = pg_index.indrelid and other.indisprimary))
        and exists (select from pg_attribute where attrelid = indrelid and attname = 'user_id')
        and indrelid <> 'show_seats'::regclass`);
    expect(rows.map((row) => row.table).sort()).toEqual([
      'cancellation_attempts',
      'idempotency_keys',
      'notifications',
      'payments',
      'refunds',
      'ticket_events',
      'ticket_seats',
      'tickets',
      'webhook_events',
    ]);
    expect(new Set(rows.map((row) => row.first))).toEqual(new Set(['user_id']));
  });

  it('has no sequence, and no trigger but the one that `db:distribute` drops', async () => {
    const [found] = await database.db.execute(sql`
      select array(select tgname from pg_trigger where not tgisinternal and tgrelid in (
          select oid from pg_class where relnamespace = 'public'::regnamespace)) as triggers,
        (select count(*)::int from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace) as sequences`);
    const triggers = inject('citusUrl') === undefined ? ['tickets_fill_list_copies'] : [];
    expect(found).toEqual({ triggers, sequences: 0 });
  });
});

it('five instances that migrate a new database at once do it once', async () => {
  const { migrateDatabase } = await import('../../../src/platform/db/migrate.ts');
  const fresh = await createTestDatabase();
  await fresh.db.execute(
    sql.raw('drop schema public, drizzle, graphile_worker cascade; create schema public'),
  );
  await Promise.all([1, 2, 3, 4, 5].map(() => migrateDatabase(fresh.url)));
  expect(await fresh.db.execute(sql`select count(*)::int as count from cancellation_policies`)).toEqual([
    { count: 5 },
  ]);
  await fresh.close();
});
