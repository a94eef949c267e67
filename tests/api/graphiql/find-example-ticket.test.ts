import { afterEach, beforeEach, expect, it } from 'vitest';
import { findExampleTicket } from '../../../src/api/graphiql/find-example-ticket.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../../support/world.ts';

const NOW = new Date('2024-12-15T12:00:00Z');

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
});
afterEach(() => database.close());

const give = (
  id: string,
  startsIn: number,
  more: { userId?: string; status?: 'PENDING_PAYMENT'; policyId?: string } = {},
) => givenTicket(database.db, { id, showStart: new Date(NOW.getTime() + startsIn), ...more });
const find = () => findExampleTicket(database.db, 'user-asha', NOW);

it('is the ticket of the latest show, with what goes back', async () => {
  await give('TKT-soon', 5 * HOUR);
  await give('TKT-late', 50 * HOUR);
  await give('TKT-unpaid', 60 * HOUR, { status: 'PENDING_PAYMENT' });
  await give('TKT-of-ravi', 70 * HOUR, { userId: 'user-ravi' });
  expect(await find()).toEqual({ id: 'TKT-late', refund: '333.00', seats: null });
});

it('has a seat of another ticket that can be cancelled alone', async () => {
  const policyId = 'policy-flat-10-v2';
  await give('TKT-latest', 60 * HOUR, { policyId });
  await give('TKT-whole', 50 * HOUR);
  await give('TKT-parts', 40 * HOUR, { policyId });
  expect(await find()).toMatchObject({
    id: 'TKT-latest',
    seats: { ticketId: 'TKT-parts', seatIds: ['TKT-parts:A2'], refund: '166.50' },
  });
});

it('is none when it is too late to cancel the only one', async () => {
  await give('TKT-too-late', 59 * MINUTE);
  expect(await find()).toBeNull();
});
