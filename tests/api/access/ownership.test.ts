import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { payments, showSeats, tickets } from '../../../src/platform/db/tables/index.ts';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, givenUser, HOUR } from '../../support/world.ts';

const FOREIGN = 'TKT-OF-RAVI';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  await givenUser(api.database.db, 'user-asha');
  const showStart = new Date(Date.now() + 6 * HOUR);
  await givenTicket(api.database.db, { id: FOREIGN, userId: 'user-ravi', showStart });
});
afterAll(() => api.close());

const MISSING = [
  'TKT-OF-NONE',
  '',
  'TKT-',
  'x'.repeat(10_000),
  'TKT-\u0000',
  'TKT-\ud800',
  "TKT-' or 1=1 --",
  '__proto__',
];

const OPERATIONS = {
  'reading it': 'query($id: ID!) { ticket(id: $id) { id status seatNumbers qrCode payment { id } } }',
  'reading it under another name': 'query($id: ID!) { mine: ticket(id: $id) { id } }',
  'reading it in a fragment': 'query($id: ID!) { ...f } fragment f on Query { ticket(id: $id) { id } }',
  'reading it in an inline fragment': 'query($id: ID!) { ... on Query { a: ticket(id: $id) { id } } }',
  'cancelling it': 'mutation($id: ID!) { cancelTicket(id: $id) { status ticket { id } } }',
  'cancelling it under other names':
    'mutation($id: ID!) { a: cancelTicket(id: $id) { status } b: cancelTicket(id: $id) { status } }',
  'cancelling it in a fragment':
    'mutation($id: ID!) { ...f } fragment f on Mutation { cancelTicket(id: $id) { status } }',
  'cancelling it with a key':
    'mutation($id: ID!) { cancelTicket(id: $id, idempotencyKey: "k", expectedRefund: "333.00") { status } }',
};

describe("somebody else's ticket", () => {
  it.each(Object.entries(OPERATIONS))(
    '%s gets byte for byte the response of a missing one',
    async (_words, query) => {
      const foreign = JSON.stringify(await api.send(query, { variables: { id: FOREIGN } }));
      expect(foreign).toContain('"code":"NOT_FOUND"');
      for (const id of MISSING) {
        expect(JSON.stringify(await api.send(query, { variables: { id } }))).toBe(foreign);
      }
    },
  );

  it.each(Object.entries(OPERATIONS))(
    '%s sends the same statements as a missing one',
    async (_words, query) => {
      const statementsFor = async (id: string) => {
        await api.jobs.flush();
        api.database.statements.length = 0;
        await api.send(query, { variables: { id } });
        return [...api.database.statements];
      };
      expect(await statementsFor(FOREIGN)).toEqual(await statementsFor('TKT-OF-NONE'));
    },
  );

  it('is unchanged afterwards', async () => {
    const { db } = api.database;
    expect(await db.select({ status: tickets.status }).from(tickets)).toEqual([{ status: 'CONFIRMED' }]);
    expect(await db.select({ status: payments.status }).from(payments)).toEqual([{ status: 'SUCCESS' }]);
    expect(await db.select().from(showSeats).where(eq(showSeats.ticketId, FOREIGN))).toHaveLength(2);
  });

  it("with the id of another user's ticket: each user sees and cancels their own", async () => {
    const showStart = new Date(Date.now() + 8 * HOUR);
    const place = { showId: `show-${FOREIGN}`, showStart, seatNumbers: ['7'] };
    await givenTicket(api.database.db, { id: FOREIGN, userId: 'user-meera', ...place });
    const read = '{ ticket(id: "TKT-OF-RAVI") { seatNumbers } }';
    expect((await api.send(read, { as: 'user-meera' })).data.ticket.seatNumbers).toEqual(['A7']);
    await api.send('mutation { cancelTicket(id: "TKT-OF-RAVI") { status } }', { as: 'user-meera' });
    const statuses = await api.database.db
      .select({ user: tickets.userId, status: tickets.status })
      .from(tickets);
    expect(statuses).toContainEqual({ user: 'user-meera', status: 'CANCELLED' });
    expect(statuses).toContainEqual({ user: 'user-ravi', status: 'CONFIRMED' });
  });
});

describe('without a token', () => {
  it.each([
    ['{ myTickets { nodes { id } } }', { data: null }],
    ['{ ticket(id: "TKT-OF-RAVI") { id } }', { data: { ticket: null } }],
    ['mutation { cancelTicket(id: "TKT-OF-RAVI") { status } }', { data: { cancelTicket: null } }],
  ])('%s answers UNAUTHENTICATED', async (query, expected) => {
    await api.jobs.flush();
    api.database.statements.length = 0;
    const answer = await api.send(query, { as: null });
    expect(answer).toMatchObject({ ...expected, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(api.database.statements).toEqual([]);
  });

  it('public fields work', async () => {
    expect(await api.send('{ __typename }', { as: null })).toEqual({ data: { __typename: 'Query' } });
  });
});
