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

/** Returns the generic plan, which a prepared statement can use after its first five runs, for users of any size. */
async function keptPlanOf(query: string): Promise<string> {
  api.database.sent.length = 0;
  const { errors } = await api.send(query, { as: DESK });
  expect(errors).toBeUndefined();
  const [read] = api.database.sent;
  await explaining.unsafe('set plan_cache_mode = force_generic_plan');
  await explaining.unsafe(`prepare read as ${read?.statement}`);
  const values = (read?.parameters ?? []).map((value) => `'${value}'`).join(', ');
  const rows = await explaining.unsafe(`explain execute read(${values})`);
  await explaining.unsafe('deallocate read');
  await explaining.unsafe('reset plan_cache_mode');
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

/** Of each shape: an index of its own order, and never a sort or the rows of the table. */
const SHAPES: [words: string, args: string, scan: string][] = [
  [
    'upcoming by show time',
    'filter: { timing: UPCOMING }, orderBy: { field: SHOW_TIME, direction: ASC }',
    'tickets_by_show_time',
  ],
  [
    'past by show time',
    'filter: { timing: PAST }, orderBy: { field: SHOW_TIME }',
    'Backward using tickets_by_show_time',
  ],
  [
    'ongoing by show time',
    'filter: { timing: ONGOING }, orderBy: { field: SHOW_TIME }',
    'Backward using tickets_by_show_time',
  ],
  ['all by show time, from the end', 'last: 20, orderBy: { field: SHOW_TIME }', 'tickets_by_show_time'],
  ['all by amount', 'orderBy: { field: TOTAL_AMOUNT }', 'Backward using tickets_by_amount'],
  ['all by amount, from the end', 'last: 20, orderBy: { field: TOTAL_AMOUNT }', 'tickets_by_amount'],
  ['one status', 'filter: { status: CANCELLED }', 'Backward using tickets_by_status'],
];

it.each(SHAPES)('%s is read from its index, by the plan that is kept', async (_words, args, scan) => {
  const plan = await keptPlanOf(`{ myTickets(${args}) { ${LIST} } }`);
  expect(plan).toMatch(new RegExp(`${SCAN} ?(using)? ${scan}`));
  expect(plan).not.toContain('Sort');
});

it.each([
  ['all tickets', ''],
  ['one status', '(filter: { status: CANCELLED })'],
  ['upcoming', '(filter: { timing: UPCOMING })'],
  ['past', '(filter: { timing: PAST })'],
])('the count of %s reads one index and no other table', async (_words, args) => {
  const plan = await keptPlanOf(`{ myTickets${args} { totalCount } }`);
  expect(plan).toMatch(/Limit.*\n\s*->\s*Index Only Scan/);
  expect(plan.match(/Scan/g)).toHaveLength(1);
});

it('the seat labels of a page need an index-only scan', async () => {
  const plan = await planOf('{ myTickets { nodes { id seatsCount seatNumbers } } }');
  expect(plan).toContain('Index Only Scan using ticket_seats_by_label');
});

it('whether a ticket of a page can be cancelled needs its payment by the key of the ticket', async () => {
  const plan = await keptPlanOf('{ myTickets { nodes { id canCancel } } }');
  expect(plan).toMatch(/Index Scan using payments_one_per_ticket\S* on payments/);
  expect(plan).not.toContain('Sort');
});

it('a single ticket is read by its key, however many tickets its user has', async () => {
  const { data } = await api.send('{ myTickets(first: 1) { nodes { id } } }', { as: DESK });
  const [{ id }] = data.myTickets.nodes;
  const plan = await keptPlanOf(`{ ticket(id: "${id}") { seats { id } payment { id } } }`);
  expect(plan).toMatch(/Index Scan using tickets_user_id_id_pk\S* on tickets/);
  expect(plan).toMatch(/Index Cond: \(\(user_id = .*\) AND \(id = [^A]*\)\)/);
});
