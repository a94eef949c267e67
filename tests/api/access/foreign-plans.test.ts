import postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { loadDemoData } from '../../../src/dev/demo/load-demo-data.ts';
import { DEMO_USER } from '../../../src/dev/demo/users.ts';
import { explain } from '../../support/explain.ts';
import { settleStatistics } from '../../support/settle-statistics.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';

/**
 * On the demo data, with the statistics of so many rows: on a few rows every plan reads the whole table. Somebody asks who
 * has many tickets: of a few, all are read from an index about as soon as one is by its key.
 */
const VIEWER = 'user-travel-desk';

let api: TestApi;
let explaining: postgres.Sql;
let foreign: string;
beforeAll(async () => {
  // A connection more would ask for the types of arrays in between.
  api = await startTestApi({ poolSize: 1 });
  const { db, url } = api.database;
  await loadDemoData(db, new Date());
  await settleStatistics(db);
  explaining = postgres(url, { max: 1 });
  const [ticket] = await explaining<{ id: string }[]>`
    select id from tickets where user_id = ${DEMO_USER.id} and status = 'CONFIRMED' order by id limit 1`;
  foreign = ticket?.id ?? '';
  await api.send('{ ticket(id: "TKT-1") { id } }');
}, 300_000);
afterAll(async () => {
  await explaining.end();
  await api.close();
});

interface Plan {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: Plan[];
  /** On Citus: what the one worker does that has the rows. */
  'Distributed Query'?: { Job: { Tasks: { 'Remote Plan': { Plan: Plan }[][] }[] } };
}

/** Its nodes, with the tables and indexes that they read. */
function shapeOf(plan: Plan): unknown[] {
  const { 'Node Type': node, 'Index Name': index, 'Relation Name': table, Plans: below = [] } = plan;
  const remote = plan['Distributed Query']?.Job.Tasks.flatMap((task) => task['Remote Plan'].flat()) ?? [];
  return [node, table, index, ...[...below, ...remote.map(({ Plan }) => Plan)].map(shapeOf)];
}

/** The statements that an operation sends, each with the plan that the database makes for its parameters. */
async function plansFor(query: string, id: string): Promise<unknown[]> {
  const { sent } = api.database;
  sent.length = 0;
  await api.send(query, { as: VIEWER, variables: { id } });
  const planned = [];
  for (const { statement, parameters } of [...sent]) {
    if (!/^(select|insert|update|delete|with)\b/i.test(statement)) {
      planned.push(statement);
      continue;
    }
    planned.push([statement, shapeOf((await explain(explaining, statement, parameters)) as Plan)]);
  }
  return planned;
}

it.each([
  [
    'reading',
    'query($id: ID!) { ticket(id: $id) { id status } myTickets { totalCount } }',
    'tickets_user_id_id_pk',
  ],
  [
    'reading, beside another one,',
    'query($id: ID!) { ticket(id: $id) { id } other: ticket(id: "TKT-1") { id } }',
    'tickets_user_id_id_pk',
  ],
  ['cancelling', 'mutation($id: ID!) { cancelTicket(id: $id) { status } }', 'tickets_user_id_id_pk'],
  [
    'cancelling with a key',
    'mutation($id: ID!) { cancelTicket(id: $id, idempotencyKey: "k") { status } }',
    'tickets_user_id_id_pk',
  ],
])("%s somebody else's ticket has the plans of a missing one", async (_words, query, read) => {
  // What every process reads once is read then.
  await plansFor(query, foreign);
  const plans = await plansFor(query, foreign);
  // On Citus a shard has too few of these rows for an index.
  if (inject('citusUrl') === undefined) expect(JSON.stringify(plans)).toContain(read);
  expect(plans).toEqual(await plansFor(query, `${foreign.slice(0, -1)}-`));
});
