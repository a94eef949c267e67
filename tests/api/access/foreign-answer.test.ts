import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { rawPost } from '../../support/raw-request.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** Asha requests Ravi's tickets and missing tickets. All ids have the same length. */
const MISSING = 'TKT-OF-NONE';
const FOREIGN = ['TKT-CONFIRM', 'TKT-HELD-00', 'TKT-EXPIRED', 'TKT-PAST-00', 'TKT-CANCEL1'];

let api: TestApi;
let token: string;
beforeAll(async () => {
  api = await startTestApi();
  const { db } = api.database;
  await givenCatalogue(db);
  const ofRavi = { userId: 'user-ravi', showStart: new Date(Date.now() + 6 * HOUR) };
  const past = new Date(Date.now() - 60 * HOUR);
  await givenTicket(db, { id: 'TKT-CONFIRM', ...ofRavi });
  await givenTicket(db, { id: 'TKT-HELD-00', ...ofRavi, status: 'PENDING_PAYMENT' });
  await givenTicket(db, { id: 'TKT-EXPIRED', ...ofRavi, status: 'EXPIRED' });
  await givenTicket(db, { id: 'TKT-PAST-00', ...ofRavi, showStart: past });
  await givenTicket(db, { id: 'TKT-CANCEL1', ...ofRavi });
  await givenTicket(db, { id: 'TKT-OF-ASHA', showStart: new Date(Date.now() + 6 * HOUR) });
  await api.send('mutation { cancelTicket(id: "TKT-CANCEL1", idempotencyKey: "of Ravi") { status } }', {
    as: 'user-ravi',
  });
  token = await signToken('user-asha', SECRET, TOKEN_RULES);
});
afterAll(() => api.close());

const OPERATIONS = {
  'reading it': 'query($id: ID!) { ticket(id: $id) { id status qrCode refund { id } timeline { type } } }',
  'reading it beside my own':
    'query($id: ID!) { myTickets { totalCount nodes { id } } a: ticket(id: "TKT-OF-ASHA") { id } ticket(id: $id) { id } }',
  'cancelling it': 'mutation($id: ID!) { cancelTicket(id: $id) { message status ticket { id } } }',
  'cancelling it for a refund':
    'mutation($id: ID!) { cancelTicket(id: $id, expectedRefund: "0.00") { status } }',
  'cancelling it with a new key':
    'mutation($id: ID!) { cancelTicket(id: $id, idempotencyKey: "mine") { status } }',
  'cancelling it with the key of its owner':
    'mutation($id: ID!) { cancelTicket(id: $id, idempotencyKey: "of Ravi") { status } }',
  'cancelling it under other names':
    'mutation($id: ID!) { a: cancelTicket(id: $id) { status } b: cancelTicket(id: $id) { status } }',
};

describe('the response (status, headers and body)', () => {
  it.each(Object.entries(OPERATIONS))('is the same after %s as for a missing one', async (_words, query) => {
    const answerFor = (id: string) =>
      rawPost(`${api.origin}/graphql`, ['authorization', `Bearer ${token}`], { query, variables: { id } });
    const missing = await answerFor(MISSING);
    expect(missing.body).toContain('"code":"NOT_FOUND"');
    for (const id of FOREIGN) expect(await answerFor(id)).toEqual(missing);
  });
});
