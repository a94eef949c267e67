import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadDemoData } from '../../src/demo/load-demo-data.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';

/** A list must not be sorted anew for each page: of somebody with many tickets, that reads all of them. */

const DESK = 'user-travel-desk';

let api: TestApi;
let explaining: postgres.Sql;
beforeAll(async () => {
  api = await startTestApi({ poolSize: 1 });
  await loadDemoData(api.database.db, new Date());
  await api.database.db.execute(sql`analyze`);
  explaining = postgres(api.database.url, { max: 1 });
  await api.send('{ myTickets { nodes { id } } }', { as: DESK });
}, 120_000);
afterAll(async () => {
  await explaining.end();
  await api.close();
});

const LIST = 'nodes { id status } pageInfo { endCursor startCursor }';

/** The plan of the statement that an operation reads its tickets by, as text. */
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
  expect(plan).toContain('Index Scan Backward using tickets_by_booking_time');
  expect(plan).not.toContain('Sort');
});

it.each([
  ['after', 'first'],
  ['before', 'last'],
])('so is a page %s a cursor', async (side, size) => {
  const plan = await planOf(`{ myTickets(${size}: 20, ${side}: "${await cursor()}") { ${LIST} } }`);
  expect(plan).toMatch(/Index Scan (Backward )?using tickets_by_booking_time/);
  expect(plan).toMatch(/Index Cond: .*ROW\(booking_time, id\)/);
  expect(plan).not.toContain('Sort');
});

it('so is the last page, which is the first one of the other direction', async () => {
  const plan = await planOf(`{ myTickets(last: 20) { ${LIST} } }`);
  expect(plan).toContain('Index Scan using tickets_by_booking_time');
  expect(plan).not.toContain('Sort');
});
