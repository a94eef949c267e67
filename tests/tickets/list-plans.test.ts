import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { loadDemoData } from '../../src/dev/demo/load-demo-data.ts';
import { settleStatistics } from '../support/settle-statistics.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

/** A page must not need a sort, which would read all tickets of a user. */

const DESK = 'user-travel-desk';

let api: TestApi;
let explaining: postgres.Sql;
beforeAll(async () => {
  api = await startTestApi({ poolSize: 1 });
  await loadDemoData(api.database.db, new Date());
  // The next release drops this index (docs/decisions/037). With such small tables PostgreSQL could use either.
  await api.database.db.execute(sql`drop index tickets_by_booking_time`);
  await settleStatistics(api.database.db);
  explaining = postgres(api.database.url, { max: 1 });
  await api.send('{ myTickets { nodes { id } } }', { as: DESK });
}, 300_000);
afterAll(async () => {
  await explaining.end();
  await api.close();
});

/** On Citus, shards are vacuumed less often. */
const SCAN = inject('citusUrl') === undefined ? 'Index Only Scan' : 'Index (Only )?Scan';
const FORWARDS = new RegExp(`${SCAN} using tickets_as_listed`);
const BACKWARDS = new RegExp(`${SCAN} Backward using tickets_as_listed`);

const LIST = 'nodes { id status } pageInfo { endCursor startCursor }';

/** Returns the plan of the query with which an operation reads its tickets, as text. */
async function planOf(query: string): Promise<string> {
  api.database.sent.length = 0;
  const { errors } = await api.send(query, { as: DESK });
  expect(errors).toBeUndefined();
  const [read] = api.database.sent;
  const rows = await explaining.unsafe(`explain ${read?.statement}`, read?.parameters as string[]);
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

async function cursor(): Promise<string> {
  const { data } = await api.send(`{ myTickets(first: 100) { ${LIST} } }`, { as: DESK });
  return data.myTickets.pageInfo.endCursor;
}

it('the first page by booking time is read from the index, in its order', async () => {
  const plan = await planOf(`{ myTickets { ${LIST} } }`);
  expect(plan).toMatch(BACKWARDS);
  expect(plan).not.toContain('Sort');
});

it.each([
  ['after', 'first'],
  ['before', 'last'],
])('so is a page %s a cursor', async (side, size) => {
  const plan = await planOf(`{ myTickets(${size}: 20, ${side}: "${await cursor()}") { ${LIST} } }`);
  expect(plan).toMatch(side === 'after' ? BACKWARDS : FORWARDS);
  expect(plan).toMatch(/Index Cond: .*ROW\(booking_time, id\)/);
  expect(plan).not.toContain('Sort');
});

it('so is the last page, by a backward scan', async () => {
  const plan = await planOf(`{ myTickets(last: 20) { ${LIST} } }`);
  expect(plan).toMatch(FORWARDS);
  expect(plan).not.toContain('Sort');
});

it('the seat labels of a page need an index-only scan', async () => {
  const plan = await planOf('{ myTickets { nodes { id seatsCount seatNumbers } } }');
  expect(plan).toContain('Index Only Scan using ticket_seats_by_label');
});

it('a single ticket is read by its key, however many tickets its user has', async () => {
  const { data } = await api.send('{ myTickets(first: 1) { nodes { id } } }', { as: DESK });
  const [{ id }] = data.myTickets.nodes;
  api.database.sent.length = 0;
  await api.send(`{ ticket(id: "${id}") { seats { id } payment { id } } }`, { as: DESK });
  const [read] = api.database.sent;
  // A prepared statement can use the generic plan after its first five runs.
  await explaining.unsafe('set plan_cache_mode = force_generic_plan');
  await explaining.unsafe(`prepare read as ${read?.statement}`);
  const values = (read?.parameters ?? []).map((value) => `'${value}'`).join(', ');
  const rows = await explaining.unsafe(`explain execute read(${values})`);
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toMatch(/Index Scan using tickets_user_id_id_pk\S* on tickets/);
  expect(plan).toMatch(/Index Cond: \(\(user_id = .*\) AND \(id = [^A]*\)\)/);
});
