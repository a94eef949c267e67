import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type GraphQLAnswer, startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** Rows from before the CHECKs, with dates and numbers that no JavaScript Date has. One of them hides no other. */

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  const { db } = api.database;
  for (const [table, name] of [
    ['shows', 'shows_bounds'],
    ['cancellation_policies', 'cancellation_policies_bounds'],
  ])
    await db.execute(sql.raw(`alter table ${table} drop constraint ${name}`));
  await givenCatalogue(db);
});
beforeEach(async () => {
  const { db } = api.database;
  for (const table of ['ticket_events', 'payments', 'ticket_seats', 'show_seats', 'tickets', 'shows'])
    await db.execute(sql.raw(`delete from ${table}`));
  await db.execute(sql`delete from cancellation_policies where name = 'ODD'`);
  for (const n of [1, 2, 3])
    await givenTicket(db, { id: `TKT-${n}`, showStart: new Date(Date.now() + (5 + n) * HOUR) });
  api.logs.length = 0;
});
afterAll(() => api.close());

const FIELDS = `id bookingTime timing canCancel cancelDeadline calendarEvent qrCode seatNumbers
  cancellationPolicy { cutoffMinutes refundEta tiers { overMinutes } }
  cancellationQuote { validUntil refundAmount { amount } }
  show { startTime endTime } timeline { at }`;
const policy = (columns: string, values: string) => `
  insert into cancellation_policies (id, name, version, ${columns}) values ('policy-odd', 'ODD', 1, ${values});
  update tickets set policy_id = 'policy-odd' where id = 'TKT-2'`;

const ODD: [words: string, statements: string][] = [
  ['a show without an end', "update shows set end_time = 'infinity' where id = 'show-TKT-2'"],
  [
    'a show that never begins',
    "update shows set start_time = '250000-01-01', end_time = 'infinity' where id = 'show-TKT-2'",
  ],
  ['a show since ever', "update shows set start_time = '-infinity' where id = 'show-TKT-2'"],
  ['a show before Christ', "update shows set start_time = '0044-03-15 BC' where id = 'show-TKT-2'"],
  ['a booking in no year', "update tickets set booking_time = 'infinity' where id = 'TKT-2'"],
  ['a booking since ever', "update tickets set booking_time = '-infinity' where id = 'TKT-2'"],
  [
    'a cutoff of 4,000 years',
    policy('cutoff_minutes, tier_over_minutes, tier_fee_bps', "2147483647, '{2147483647,0}', '{1000,2000}'"),
  ],
  [
    'a refund that takes 20 million days',
    policy(
      'cutoff_minutes, tier_over_minutes, tier_fee_bps, eta_min_business_days, eta_max_business_days',
      "60, '{0}', '{1000}', 2147483647, 2147483647",
    ),
  ],
];

describe.each(ODD)('%s', (_words, statements) => {
  beforeEach(async () => {
    for (const statement of statements.split(';')) await api.database.db.execute(sql.raw(statement));
  });

  it('hides no ticket, and every date of an answer has a year of four digits', async () => {
    const { data, errors } = await api.send(`{ myTickets(first: 10) { totalCount nodes { ${FIELDS} } } }`);
    expect(errors).toBeUndefined();
    expect(api.logs).toEqual([]);
    expect(data.myTickets.nodes.map(({ id }: { id: string }) => id).sort()).toEqual([
      'TKT-1',
      'TKT-2',
      'TKT-3',
    ]);
    const texts = JSON.stringify(data);
    expect(texts).not.toMatch(/"[+-]\d{6}-/);
    expect(texts).not.toContain('Invalid');
  });

  it.each(['BOOKING_TIME', 'SHOW_TIME'])(
    'is passed by pages in the order of %s, either way',
    async (field) => {
      for (const direction of ['ASC', 'DESC']) {
        const seen: string[] = [];
        let after: string | null = null;
        for (let page = 0; page < 4; page += 1) {
          const query = `query ($after: String) { myTickets(first: 1, after: $after, orderBy: { field: ${field}, direction: ${direction} }) {
          nodes { id } pageInfo { endCursor hasNextPage } } }`;
          const { data, errors }: GraphQLAnswer = await api.send(query, {
            variables: { after },
          });
          expect(errors).toBeUndefined();
          seen.push(...data.myTickets.nodes.map(({ id }: { id: string }) => id));
          after = data.myTickets.pageInfo.endCursor;
          if (!data.myTickets.pageInfo.hasNextPage) break;
        }
        expect(seen.sort()).toEqual(['TKT-1', 'TKT-2', 'TKT-3']);
      }
    },
  );

  it('is cancelled, or refused with an outcome, and the refund has its dates', async () => {
    const { data, errors } = await api.send(`mutation { cancelTicket(id: "TKT-2") {
      __typename ... on TicketCancelled { refund { refundEta etaFrom etaTo requestedAt } ticket { cancelledAt } } } }`);
    expect(errors).toBeUndefined();
    expect(['TicketCancelled', 'CancellationNotAllowed']).toContain(data.cancelTicket.__typename);
    await api.database.db.execute(sql.raw('delete from cancellation_attempts'));
    await api.database.db.execute(sql.raw('delete from notifications'));
    await api.database.db.execute(sql.raw('delete from refunds'));
  });
});
