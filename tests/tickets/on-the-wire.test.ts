import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { type StatementTap, startStatementTap } from '../bench/statement-tap.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** The number of messages between Usher and the database for each operation, counted in the protocol. */

let database: TestDatabase;
let tap: StatementTap;
let pool: DatabaseConnection;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  for (let n = 0; n < 20; n += 1)
    await givenTicket(database.db, { id: `TKT-${n}`, showStart: new Date(Date.now() + (n + 2) * HOUR) });
  tap = await startStatementTap(database.url, 100);
  pool = openDatabase({ url: tap.url, poolSize: 1, onStatement: (sql) => sent.push(sql) });
  api = await startTestApi({ database: { ...database, db: pool.db } });
  // The first runs prepare the statements and fill the caches.
  for (const [query] of Object.values(OPERATIONS)) for (const n of [0, 1, 2]) await api.send(query(n));
  await api.jobs.flush();
});
afterAll(async () => {
  await api.close();
  await pool.close();
  tap.close();
  await database.close();
});

const sent: string[] = [];
beforeEach(() => {
  sent.length = 0;
});

type Cost = { statements: number; parsed: number; roundTrips: number };
type Operation = [query: (n: number) => string, cost: Cost];

const LIST = `id bookingTime status show { movie { name } theater { city } startTime } seatNumbers canCancel`;
const OPERATIONS: Record<string, Operation> = {
  'a list': [() => `{ myTickets { nodes { ${LIST} } } }`, { statements: 1, parsed: 0, roundTrips: 1 }],
  'a list with everything': [
    () =>
      `{ myTickets { totalCount nodes { ${LIST} seats { id } pricing { totalAmount { amount } } payment { id } refund { id }
        timeline { type } cancellationPolicy { name } cancellationQuote { feePercent } } } }`,
    { statements: 1, parsed: 0, roundTrips: 1 },
  ],
  details: [
    (n) =>
      `{ ticket(id: "TKT-${n}") { ${LIST} seats { id } payment { id } qrCode cancellationQuote { feePercent } } }`,
    { statements: 1, parsed: 0, roundTrips: 1 },
  ],
  'a cancellation': [
    (n) => `mutation { cancelTicket(id: "TKT-${n}", idempotencyKey: "${n}") { status refund { id } } }`,
    // The ticket for the access rule; begin, three locks, the facts; eight writes, commit; then the jobs. BEGIN and
    // COMMIT are parsed every time.
    { statements: 18, parsed: 4, roundTrips: 4 },
  ],
};

it.each(Object.entries(OPERATIONS))(
  '%s has the known cost, and only BEGIN and COMMIT are parsed again',
  async (_words, [query, cost]) => {
    let answer: Awaited<ReturnType<TestApi['send']>> = {};
    const counted = await tap.during(async () => {
      answer = await api.send(query(10));
      await api.jobs.flush();
    });
    expect(answer.errors).toBeUndefined();
    const { roundTrips, ...exact } = counted;
    expect(exact).toEqual({ statements: cost.statements, parsed: cost.parsed });
    // One less if a response arrives in two pieces, because the client continues after the first.
    expect([cost.roundTrips - 1, cost.roundTrips]).toContain(roundTrips);
  },
);

it.each([
  ['a list', { statements: 1, parsed: 1, roundTrips: 1 }],
  ['details', { statements: 1, parsed: 1, roundTrips: 1 }],
  ['a cancellation', { statements: 18, parsed: 18, roundTrips: 4 }],
])('behind a pooler without prepared statements, %s waits for no statement twice', async (name, cost) => {
  const pooled = openDatabase({ url: tap.url, poolSize: 1, pooler: { prepare: false } });
  const behind = await startTestApi({ database: { ...database, db: pooled.db } });
  const [query = () => ''] = OPERATIONS[name] ?? [];
  // The first run of a statement queries its parameter types.
  for (const n of [12, 13, 14]) await behind.send(query(n));
  await behind.jobs.flush();
  const { roundTrips, ...exact } = await tap.during(async () => {
    expect((await behind.send(query(15))).errors).toBeUndefined();
    await behind.jobs.flush();
  });
  expect(exact).toEqual({ statements: cost.statements, parsed: cost.parsed });
  expect([cost.roundTrips - 1, cost.roundTrips]).toContain(roundTrips);
  await behind.close();
  await pooled.close();
});

it('the facts are read after the locks and before the writes', async () => {
  await api.send(OPERATIONS['a cancellation']?.[0](11) ?? '');
  const at = (part: RegExp) => sent.findIndex((sql) => part.test(sql));
  const order = [
    at(/from "users".*for no key update/s),
    at(/from "tickets".*for update/s),
    at(/from "show_seats".*for update/s),
    at(/join "idempotency_keys".*/s),
    at(/insert into "cancellation_attempts"/),
    at(/update "show_seats"/),
  ];
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});
