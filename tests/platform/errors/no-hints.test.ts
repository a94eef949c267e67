import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../support/test-api.ts';

let open: TestApi;
let closed: TestApi;
beforeAll(async () => {
  open = await startTestApi();
  closed = await startTestApi({ database: open.database, introspection: false });
});
afterAll(async () => {
  await closed.close();
  await open.close();
});

const WITH_FILTER = 'query($filter: TicketFilter) { myTickets(filter: $filter) { totalCount } }';

/** Each is nearly right, so that graphql-js would guess what was meant. */
const GUESSES: [string, string, Record<string, unknown>?][] = [
  ['a root field', '{ myTicket { totalCount } }'],
  ['a field', '{ myTickets { nodes { statu } } }'],
  ['a mutation', 'mutation { cancelTickets(id: "TKT-1") { status } }'],
  ['an argument', '{ myTickets(frst: 1) { totalCount } }'],
  ['an argument of a directive', '{ myTickets @include(iff: true) { totalCount } }'],
  ['a field of an outcome', 'mutation { cancelTicket(id: "TKT-1") { quote { refundAmount { amount } } } }'],
  ['a value of an enum', '{ myTickets(filter: {status: CONFIRMD}) { totalCount } }'],
  ['a value of an enum in quotes', '{ myTickets(filter: {status: "CONFIRMED"}) { totalCount } }'],
  ['a field of an input', '{ myTickets(filter: {stats: CONFIRMED}) { totalCount } }'],
  ['a type in a fragment', '{ ...f } fragment f on Qury { __typename }'],
  ['a type in an inline fragment', '{ myTickets { ... on TicketConection { totalCount } } }'],
  ['a type of a variable', 'query($filter: TicketFiltr) { myTickets(filter: $filter) { totalCount } }'],
  ['a selection', '{ myTickets }'],
  ['a field of a variable', WITH_FILTER, { filter: { stats: 'CONFIRMED' } }],
  ['a value of an enum in a variable', WITH_FILTER, { filter: { status: 'CONFIRMD' } }],
  ['a value of another type in a variable', WITH_FILTER, { filter: { status: 1 } }],
  ['a field of a variable, three times', WITH_FILTER, { filter: { stats: 1, timin: 2, tmng: 3 } }],
];

const send = async (api: TestApi, query: string, variables?: Record<string, unknown>) => {
  const { errors = [] } = await api.send(query, variables ? { variables } : {});
  return errors.map((error) => error.message);
};

describe('when introspection is off, no error guesses what was meant', () => {
  it.each(GUESSES)('by %s', async (_words, query, variables) => {
    const messages = await send(closed, query, variables);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.join('\n')).not.toMatch(/did you mean/i);
  });

  it('though all of these are guessed when it is on, but a value of another type', async () => {
    const guessed: string[] = [];
    for (const [words, query, variables] of GUESSES)
      if ((await send(open, query, variables)).some((message) => message.includes('Did you mean')))
        guessed.push(words);
    const others = GUESSES.map(([words]) => words).filter((words) => !guessed.includes(words));
    expect(others).toEqual(['a value of another type in a variable']);
  });

  it('and what is wrong is still said', async () => {
    expect(await send(closed, '{ myTicket { totalCount } }')).toEqual([
      'Cannot query field "myTicket" on type "Query".',
    ]);
  });
});

describe('when introspection is off', () => {
  it.each(['{ __schema { types { name } } }', '{ __type(name: "Ticket") { name } }'])(
    '%s is refused',
    async (query) => {
      const { data, errors } = await closed.send(query);
      expect(data).toBeUndefined();
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
      expect(errors?.[0]?.message).toMatch(/^Introspection is switched off on this server\. Take the schema/);
    },
  );

  it('__typename, which clients need, is not', async () => {
    expect(await closed.send('{ __typename }')).toEqual({ data: { __typename: 'Query' } });
  });
});
