import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await givenCatalogue(api.database.db);
  for (let n = 0; n < 100; n += 1) {
    await givenTicket(api.database.db, { id: `TKT-${n}`, showStart: new Date(Date.now() + (n - 20) * HOUR) });
  }
});
afterAll(() => api.close());

/** Counts the statements that an operation sends to the driver. */
async function statementsOf(query: string): Promise<{ count: number; tickets: number }> {
  // The first run also reads names of movies and places, which are then cached.
  await api.send(query);
  api.database.statements.length = 0;
  const { data, errors } = await api.send(query);
  expect(errors).toBeUndefined();
  return { count: api.database.statements.length, tickets: data.myTickets?.nodes.length ?? 1 };
}

const LIST = `id bookingTime status show { id movie { name posterUrl } theater { name city } startTime }
  seatsCount seatNumbers totalAmount { amount } canCancel cancelDeadline`;
const EVERYTHING = `${LIST} timing pricing { baseAmount { amount } } seats { id price { amount } } payment { id }
  refund { id } cancellationQuote { feePercent } cancellationPolicy { name } timeline { type }`;

it.each([
  ["the specification's list", LIST],
  ['every field', EVERYTHING],
])('%s needs one statement for 1, 20 and 100 tickets of different shows', async (_words, fields) => {
  for (const tickets of [1, 20, 100]) {
    const query = `{ myTickets(first: ${tickets}) { nodes { ${fields} } pageInfo { endCursor } totalCount } }`;
    expect(await statementsOf(query)).toEqual({ count: 1, tickets });
  }
});

it.each([
  ['canCancel', 'canCancel', true],
  ['the quote', 'cancellationQuote { feePercent }', true],
  ['neither', 'status cancelDeadline cancellationPolicy { name }', false],
])('a list with %s reads of the payment no more than it needs', async (_words, fields, readsPayments) => {
  expect(await statementsOf(`{ myTickets { nodes { id ${fields} } } }`)).toMatchObject({ count: 1 });
  const [page = ''] = api.database.statements;
  expect(page.includes('"payments"')).toBe(readsPayments);
  expect(page).not.toContain('transaction_id');
});

it("the specification's details need one statement: the ticket with its seats and payment", async () => {
  const details = `${LIST} seats { id } pricing { totalAmount { amount } } payment { id status } qrCode`;
  expect(await statementsOf(`{ ticket(id: "TKT-7") { ${details} } }`)).toMatchObject({ count: 1 });
});

it('seventy aliased tickets need nine statements', async () => {
  const aliases = Array.from(
    { length: 70 },
    (_, n) => `t${n}: ticket(id: "TKT-${n}") { id status canCancel }`,
  );
  expect(await statementsOf(`{ ${aliases.join(' ')} }`)).toMatchObject({ count: 9 });
});

it.each([
  ['a cancellation', '', 14],
  ['a cancellation with a key', ', idempotencyKey: "k"', 15],
])('%s, from the access rules to the response', async (_words, args, count) => {
  const mutation = (n: number) => `mutation { cancelTicket(id: "TKT-${n}"${args}) {
    message ticketId status refund { originalAmount { amount } refundStatus refundEta } cancelledAt } }`;
  const n = args ? 98 : 99;
  await api.jobs.flush();
  api.database.statements.length = 0;
  const { data } = await api.send(mutation(n));
  expect(data.cancelTicket.status).toBe('CANCELLED');
  // A new connection queries array types.
  expect(api.database.statements.filter((sql) => !sql.includes('pg_type'))).toHaveLength(count);
});
