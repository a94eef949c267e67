import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { openDatabase } from '../../src/platform/db/database.ts';
import { createTicketReader, type TicketReader } from '../../src/tickets/ticket-reader.ts';
import { connectOutsider } from '../support/lock-waiters.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { givenCatalogue, givenShow, givenTicket, HOUR } from '../support/world.ts';

/** One statement reads the tickets of concurrent requests, and each goes only to its owner. */

const USERS = ['user-asha', 'user-ravi', 'user-meera', 'user-kabir'];
const ticketOf = (userId: string) => `TKT-OF-${userId.slice('user-'.length)}`;
/** Each user has a ticket with this id. */
const SHARED = 'TKT-SHARED';

let api: TestApi;
let reader: TicketReader;
beforeAll(async () => {
  api = await startTestApi();
  const { db } = api.database;
  await givenCatalogue(db);
  const showStart = new Date(Date.now() + 6 * HOUR);
  await givenShow(db, 'show-shared', showStart);
  for (const [n, userId] of USERS.entries()) {
    await givenTicket(db, { id: ticketOf(userId), userId, showStart });
    const seatNumbers = [String(n + 5)];
    await givenTicket(db, { id: SHARED, userId, showStart, showId: 'show-shared', seatNumbers });
  }
  reader = createTicketReader(db);
  // The first batch checks whether the database is on Citus.
  await Promise.all([load('user-asha', SHARED), load('user-ravi', SHARED)]);
});
afterAll(() => api.close());
beforeEach(() => {
  api.database.statements.length = 0;
});

/** Returns the user and id of the loaded ticket; null if there is none. */
async function load(userId: string, ticketId: string) {
  const row = await reader.load({ userId, ticketId });
  return row && [row.ticket.userId, row.ticket.id];
}

function statements(): string[] {
  return api.database.statements.filter((statement) => statement.includes('from "tickets"'));
}

it('one query reads one ticket by its key, or up to eight by theirs', async () => {
  await load('user-asha', SHARED);
  expect(statements()).toEqual([expect.not.stringContaining('unnest')]);
  for (const [asked, expected] of [
    [2, 1],
    [8, 1],
    [9, 2],
    [70, 9],
  ] as const) {
    api.database.statements.length = 0;
    await Promise.all(Array.from({ length: asked }, () => load('user-asha', SHARED)));
    expect(statements()).toHaveLength(expected);
  }
});

it('several tickets are read with a generic plan', async () => {
  // With two connections, all single statements use the same one.
  const { db, close } = openDatabase({ url: api.database.url, poolSize: 2 });
  const own = createTicketReader(db);
  const keys = USERS.map((userId) => ({ userId, ticketId: SHARED }));
  for (let n = 0; n < 40; n += 1) await own.loadMany(keys.slice(0, 2 + (n % 3)));
  const [prepared] = await db.execute(
    sql`select generic_plans::int as kept, custom_plans::int as made, statement from pg_prepared_statements where statement like '%unnest((select%'`,
  );
  const plan = await db.execute(sql`explain (generic_plan) ${sql.raw(String(prepared?.statement))}`);
  await close();
  expect(prepared).toMatchObject({ kept: 35, made: 5 });
  // The tables are almost empty and not analyzed. The plan must still suit full tables.
  const lines = plan.map((row) => row['QUERY PLAN']).join('\n');
  expect(lines).not.toContain('Seq Scan');
  // Another index has both columns too, but with one between them.
  expect(lines).toContain('Index Scan using tickets_user_id_id_pk on tickets');
  expect(lines).toContain(
    'Index Cond: ((user_id = (asked.user_id)::text) AND (id = (asked.ticket_id)::text))',
  );
});

it('on Citus each ticket is read separately: one statement for all would query every shard', async () => {
  const spread = await createTestDatabase();
  // The table by which Usher detects Citus.
  const outsider = connectOutsider(spread.url);
  await outsider.sql.unsafe('set allow_system_table_mods = on; create table pg_catalog.pg_dist_partition ()');
  await outsider.close();
  const keys = USERS.map((userId) => ({ userId, ticketId: SHARED }));
  const rows = await createTicketReader(spread.db).loadMany(keys);
  const reads = spread.statements.filter((statement) => statement.includes('from "tickets"'));
  await spread.close();
  expect(rows).toEqual([null, null, null, null]);
  expect(reads).toHaveLength(4);
});

describe('concurrent requests', () => {
  it('get errors in the order of their fields', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => (n % 7 === 3 ? `nonsense-${n}` : `TKT-NONE-${n}`));
    const query = `{ ${ids.map((id, n) => `t${n}: ticket(id: "${id}") { id }`).join(' ')} }`;
    for (let round = 0; round < 5; round += 1) {
      const answers = await Promise.all(USERS.map((as) => api.send(query, { as })));
      for (const { errors = [] } of answers)
        expect(errors.map(({ path = [] }) => path[0])).toEqual(ids.map((_, n) => `t${n}`));
    }
  });

  it('get only their own tickets', async () => {
    const asked = await Promise.all(
      USERS.flatMap((userId) => [
        load(userId, ticketOf(userId)),
        load(userId, SHARED),
        ...USERS.filter((other) => other !== userId).map((other) => load(userId, ticketOf(other))),
        load(userId, 'TKT-OF-NONE'),
      ]),
    );
    expect(asked).toEqual(
      USERS.flatMap((userId) => [[userId, ticketOf(userId)], [userId, SHARED], null, null, null, null]),
    );
  });

  it('get byte for byte the same HTTP responses as sequential ones', async () => {
    const query = 'query($id: ID!) { ticket(id: $id) { id status seatNumbers qrCode payment { id } } }';
    const requests = USERS.flatMap((as) =>
      [SHARED, 'TKT-OF-NONE', ...USERS.map(ticketOf)].map((id) => ({ as, variables: { id } })),
    );
    const send = async (request: (typeof requests)[number]) => JSON.stringify(await api.send(query, request));
    const alone: string[] = [];
    for (const request of requests) alone.push(await send(request));
    expect(new Set(alone).size).toBe(USERS.length * 2 + 1);
    api.database.statements.length = 0;
    for (let round = 0; round < 20; round += 1) expect(await Promise.all(requests.map(send))).toEqual(alone);
    if (inject('citusUrl') === undefined)
      expect(statements().filter((text) => text.includes('unnest'))).not.toEqual([]);
  });

  it('see everything committed before they were sent', async () => {
    const showStart = new Date(Date.now() + 6 * HOUR);
    await givenTicket(api.database.db, { id: 'TKT-TO-CANCEL', showStart });
    let isOver = false;
    const others = USERS.map(async (as) => {
      while (!isOver) await api.send('{ ticket(id: "TKT-SHARED") { status } }', { as });
    });
    const { data } = await api.send('mutation { cancelTicket(id: "TKT-TO-CANCEL") { status } }');
    const seen: string[] = [];
    for (let n = 0; n < 20; n += 1)
      seen.push((await api.send('{ ticket(id: "TKT-TO-CANCEL") { status } }')).data.ticket.status);
    isOver = true;
    await Promise.all(others);
    expect([data.cancelTicket.status, ...seen]).toEqual(Array(21).fill('CANCELLED'));
  });

  it('do not get errors of earlier batches', async () => {
    const broken = Promise.allSettled([load('user-\u0000', SHARED), load('user-asha', SHARED)]);
    expect((await broken).map(({ status }) => status)).toContain('rejected');
    expect(await Promise.all([load('user-asha', SHARED), load('user-ravi', SHARED)])).toEqual([
      ['user-asha', SHARED],
      ['user-ravi', SHARED],
    ]);
  });
});
