import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { explain } from '../support/explain.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

/** Only with `npm run test:citus`, which needs a cluster, because no package registry has Citus. */

const showStart = new Date(Date.now() + 6 * HOUR);

interface Explained {
  'Custom Plan Provider'?: string;
  'Distributed Query'?: { Job: { 'Task Count': number } };
  'Select Query'?: { Plan: Explained }[];
  Plans?: Explained[];
}

/** Returns how many shards each distributed part of a plan queries. */
function taskCounts({
  'Distributed Query': query,
  'Select Query': select = [],
  Plans = [],
}: Explained): number[] {
  const below = [...Plans, ...select.map(({ Plan }) => Plan)].flatMap(taskCounts);
  return query ? [query.Job['Task Count'], ...below] : below;
}

const LIST = `{ myTickets(first: 20) { totalCount nodes { id status seatNumbers canCancel show { movie { name } theater { name }
  screen { name } startTime } totalAmount { amount } payment { status } refund { id } timeline { type } }
  pageInfo { hasNextPage endCursor } } }`;
const UPCOMING = `{ myTickets(first: 20, filter: { status: CONFIRMED, timing: UPCOMING }, orderBy: { field: SHOW_TIME, direction: ASC }) {
  nodes { id seatNumbers } pageInfo { endCursor } } }`;
const DETAILS = `{ ticket(id: "TKT-1") { id status seats { row number } pricing { totalAmount { amount } } payment { status }
  show { movie { name } seatMap { row number } } cancellationQuote { refundAmount { amount } } refund { id } timeline { type } } }`;
const TWO = '{ a: ticket(id: "TKT-1") { id seats { row } } b: ticket(id: "TKT-4") { id } }';
const cancel = (id: string) =>
  `mutation { cancelTicket(id: "${id}", idempotencyKey: "k-${id}") { __typename status } }`;

describe.skipIf(inject('citusUrl') === undefined)('on a Citus cluster (npm run test:citus)', () => {
  let api: TestApi;
  let coordinator: postgres.Sql;
  beforeAll(async () => {
    api = await startTestApi();
    coordinator = postgres(api.database.url, { max: 2, onnotice: () => {} });
    await givenCatalogue(api.database.db);
    for (const user of [1, 2, 3])
      await givenTicket(api.database.db, { id: `TKT-${user}`, userId: `user-${user}`, showStart });
    await givenTicket(api.database.db, { id: 'TKT-4', userId: 'user-1', showStart });
  }, 60_000);
  afterAll(async () => {
    await coordinator.end();
    await api.close();
  });

  /** Returns how many shards each statement of an operation queries. */
  async function shardsAsked(query: string): Promise<[statement: string, tasks: number[]][]> {
    const { sent } = api.database;
    sent.length = 0;
    const { errors } = await api.send(query, { as: 'user-1' });
    expect(errors).toBeUndefined();
    const explained: [string, number[]][] = [];
    for (const { statement, parameters } of sent.filter(({ statement }) =>
      /^\s*(select|insert|update|delete)\b/.test(statement),
    )) {
      const plan = await explain(coordinator, statement, parameters);
      explained.push([statement, taskCounts(plan as Explained)]);
    }
    return explained;
  }

  describe('every statement queries one shard:', () => {
    it.each([
      ['the list with every field', LIST, 'from "tickets"'],
      ['a filtered list by show time', UPCOMING, 'from "tickets"'],
      ['the details', DETAILS, 'from "tickets"'],
      ['the details of two tickets', TWO, 'from "tickets"'],
      ['a cancellation', cancel('TKT-1'), 'insert into "refunds"'],
    ])('%s', async (_words, query, reads) => {
      const asked = await shardsAsked(query);
      expect(asked.filter(([statement]) => statement.includes(reads))).not.toEqual([]);
      for (const [statement, tasks] of asked) {
        // The job queue, the clock and the catalogue of types are local to the coordinator.
        const local = /graphile_worker|pg_catalog|^select .* as now$/.test(statement);
        expect(tasks, statement).toEqual(local ? [] : [1]);
      }
    });

    it('the test recognises a statement that queries all shards', async () => {
      const [row] = await coordinator.unsafe('explain (format json) select count(*) from tickets');
      expect(taskCounts(row?.['QUERY PLAN'][0].Plan)[0]).toBeGreaterThan(1);
    });
  });
});
