import { createHash } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { buildSchema } from '../../../src/api/graphql/build-schema.ts';
import { arbitraryRequest } from '../../security/fuzz/arbitrary-request.ts';
import { givenFuzzWorld, readKnownValues, userId } from '../../security/fuzz/fuzz-world.ts';
import { PATIENTLY } from '../../support/patiently.ts';
import {
  SECRET,
  startTestApi,
  startTestInstance,
  type TestApi,
  TOKEN_RULES,
} from '../../support/test-api.ts';
import { createTestClock } from '../../support/test-clock.ts';

const NOW = new Date('2024-12-15T12:00:00Z');
const USER = 'amber';

/** Apollo's whole pipeline and graphql-js. */
let whole: TestApi;
/** graphql-jit, and the fast path for texts that were sent before. */
let quick: TestApi;
let ids: Map<string, string[]>;
let token: string;
beforeAll(async () => {
  const { clock } = createTestClock(NOW);
  const options = { clock, cancelAttemptsPerHour: 1_000_000, logLevel: 'info' as const };
  const untouched = { runsBeforeCompiling: Number.POSITIVE_INFINITY, useFastPath: false };
  whole = await startTestApi({ ...options, engine: untouched });
  quick = await startTestInstance(whole, options);
  ids = await givenFuzzWorld(whole, NOW, 12);
  token = await signToken(userId(USER), SECRET, TOKEN_RULES);
});
afterAll(async () => {
  await quick.close();
  await whole.close();
});
afterEach(() => {
  vi.restoreAllMocks();
});

type Headers = Record<string, string>;

/** The answer, log lines and counts, without the parts that differ each time. */
async function ask(api: TestApi, body: string, headers: Headers = {}) {
  api.logs.length = 0;
  api.metrics.registry.resetMetrics();
  const response = await fetch(`${api.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body,
  });
  const text = (await response.text()).replaceAll(api.origin, 'http://origin');
  await vi.waitFor(
    () => expect(api.logs.some((line) => line.includes('"msg":"request"'))).toBe(true),
    PATIENTLY,
  );
  const told = await api.metrics.registry.getMetricsAsJSON();
  const counted = told.filter(({ name }) => /^usher_(requests_total|rate_limited)/.test(name));
  const {
    date: _,
    'x-request-id': __,
    'content-length': ___,
    ...rest
  } = Object.fromEntries(response.headers);
  return {
    status: response.status,
    headers: rest,
    text,
    logged: api.logs.map((line) => {
      const { time, ms, traceId, requestId, err, ...facts } = JSON.parse(line);
      return facts;
    }),
    counted: counted.map(({ name, values }) => [name, values]),
  };
}

/** A spy on the calls of Apollo. */
function watchApollo() {
  return vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
}

async function expectSame(body: string, headers: Headers = {}): Promise<void> {
  const expected = await ask(whole, body, headers);
  // The first goes through Apollo and compiles the operation; the second takes the fast path.
  expect(await ask(quick, body, headers)).toEqual(expected);
  expect(await ask(quick, body, headers)).toEqual(expected);
}

const LIST = `query List($first: Int, $full: Boolean = true) { myTickets(first: $first) { totalCount nodes { ...Row }
  edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }
  fragment Row on Ticket { __typename id bookingTime status timing show { id movie { name posterUrl rating } theater { city } startTime }
  seats @include(if: $full) { id row seatType price { amount } } seatNumbers totalAmount { amount currencyCode }
  pricing { discount { amount } } payment { paymentMode paymentTime } refund { refundStatus etaFrom } canCancel
  cancelDeadline cancellationQuote { feePercent validUntil } cancellationPolicy { tiers { overMinutes } }
  cancelledAt holdExpiresAt timeline { type at } }`;
const DETAILS = 'query Details($id: ID!) { ticket(id: $id) { id qrCode calendarEvent seatsCount } }';
const CANCEL = `mutation Cancel($id: ID!, $key: String, $refund: Decimal) {
  cancelTicket(id: $id, idempotencyKey: $key, expectedRefund: $refund) {
    __typename message status cancelledAt ticket { id status seatNumbers } refund { refundAmount { amount } refundStatus }
    ... on CancellationNotAllowed { code cancelDeadline } ... on QuoteChanged { quote { refundAmount { amount } } } } }`;

const json = (query: string, variables?: object, more: object = {}) =>
  JSON.stringify({ query, variables, ...more });
const own = (n: number) => ids.get(USER)?.[n] ?? '';

describe('the fast path answers, logs and counts as Apollo does', () => {
  it.each<[string, () => string, Headers?]>([
    ['a list', () => json(LIST, { first: 5 })],
    ['a list without what a variable leaves out', () => json(LIST, { first: 5, full: false })],
    ['a list that is named', () => json(LIST, { first: 3 }, { operationName: 'List' })],
    ['details', () => json(DETAILS, { id: own(0) }, { operationName: 'Details' })],
    ['a missing ticket', () => json(DETAILS, { id: 'TKT-none' })],
    ['a ticket whose id is none', () => json(DETAILS, { id: '\u0000' })],
    [
      'two tickets of which one is missing',
      () => json(`{ a: ticket(id: "${own(0)}") { id } b: ticket(id: "TKT-none") { id } }`),
    ],
    ['nobody', () => json(DETAILS, { id: own(0) }), { authorization: '' }],
    ['a list that is too long', () => json(LIST, { first: 1_000 })],
    ['a list that costs too much', () => json('{ myTickets(first: 100) { nodes { qrCode } } }')],
    ['a forged cursor', () => json('{ myTickets(after: "x") { nodes { id } } }')],
    ['a variable that does not fit', () => json(LIST, { first: 'many' })],
    ['a variable that is missing', () => json(DETAILS, {})],
    ['a null where none may be', () => json('query($id: ID = "x") { ticket(id: $id) { id } }', { id: null })],
    ['an operation of another name', () => json(LIST, { first: 1 }, { operationName: 'Other' })],
    [
      'one of several operations',
      () => json('query A { __typename } query B { myTickets { totalCount } }', {}, { operationName: 'B' }),
    ],
    ['the other media type', () => json(LIST, { first: 2 }), { accept: 'application/graphql-response+json' }],
    [
      'a refusal in the other media type',
      () => json(LIST, { first: 1_000 }),
      {
        accept: 'application/graphql-response+json',
      },
    ],
    [
      'names that every object has',
      () =>
        json(
          '{ __proto__: __typename constructor: __typename myTickets(first: 1) { __proto__: nodes { id } } }',
        ),
    ],
    [
      'a variable of such a name',
      () =>
        `{"query":"query($__proto__: ID!) { ticket(id: $__proto__) { id } }","variables":{"__proto__":"${own(0)}"}}`,
    ],
    ['introspection', () => json('{ __schema { queryType { name } } __typename }')],
    ['extensions that nobody knows', () => json(LIST, { first: 1 }, { extensions: { other: 1 } })],
    ['variables that are null', () => json('{ myTickets { totalCount } }', undefined, { variables: null })],
    ['fields that are no part of a request', () => json('{ __typename }', {}, { id: 1 })],
    ['a cancellation of nothing', () => json(CANCEL, { id: 'TKT-none' })],
    ['a cancellation with a key that is none', () => json(CANCEL, { id: own(0), key: '' })],
    ['a cancellation at another price', () => json(CANCEL, { id: own(0), refund: '0.01' })],
  ])('%s', async (_words, body, headers) => {
    await expectSame(body(), headers);
  });

  it('operations at random', { timeout: 120_000 }, async () => {
    const known = (await readKnownValues(whole, ids)).get(USER);
    if (!known) throw new Error('the user has no tickets');
    const requests = fc
      .sample(arbitraryRequest(await buildSchema(), known), { numRuns: 200 })
      .filter(({ method, body }) => method === 'POST' && body !== null && !/cancelTicket/.test(body));
    expect(requests.length).toBeGreaterThan(50);
    for (const { body, contentType } of requests) {
      const headers = { 'content-type': contentType };
      const ofJit = await ask(quick, body ?? '', headers);
      const again = await ask(quick, body ?? '', headers);
      const ofGraphQL = await ask(whole, body ?? '', headers);
      expect([again.status, ofGraphQL.status], body ?? '').toEqual([ofJit.status, ofJit.status]);
      // A field that is selected twice and skipped once may have another position in its object.
      const [jit, second, graphql] = [ofJit, again, ofGraphQL].map(({ text }) => JSON.parse(text));
      if (jit.data === null) {
        // Without data, no engine waits for the errors of other fields: which of them it lists is a matter of time.
        const all = [jit, second, graphql].map(({ errors }) => errors);
        const [most] = all.toSorted((a, b) => b.length - a.length);
        for (const errors of all) {
          expect(errors.length, body ?? '').toBeGreaterThan(0);
          expect(most, body ?? '').toEqual(expect.arrayContaining(errors));
        }
      } else {
        expect(again, body ?? '').toEqual(ofJit);
        expect(graphql.errors, body ?? '').toEqual(jit.errors);
      }
      expect(graphql.data, body ?? '').toEqual(jit.data);
    }
  });
});

it('errors have no locations if introspection is off, with Apollo and with the fast path', async () => {
  const { clock } = createTestClock(NOW);
  const production = await startTestInstance(whole, { clock, logLevel: 'info', introspection: false });
  const body = json(DETAILS, { id: 'TKT-none' });
  const error = {
    message: 'There is no such ticket of yours.',
    path: ['ticket'],
    extensions: { code: 'NOT_FOUND' },
  };
  for (const _way of ['Apollo', 'fast path'])
    expect(JSON.parse((await ask(production, body)).text)).toEqual({
      errors: [error],
      data: { ticket: null },
    });
  await production.close();
});

it('a cancellation and its replay have the same outcome as with Apollo', async () => {
  const [one, other] = [own(1), own(2)];
  const cancel = async (api: TestApi, id: string) =>
    JSON.parse((await ask(api, json(CANCEL, { id, key: `key of ${id}` }))).text).data.cancelTicket;
  // Makes the text known to the fast path.
  await ask(quick, json(CANCEL, { id: 'TKT-none' }));
  const apollo = watchApollo();
  const outcomes = [await cancel(quick, other), await cancel(quick, other)];
  expect(apollo).not.toHaveBeenCalled();
  const expected = await cancel(whole, one);
  for (const outcome of outcomes) expect(Object.keys(outcome)).toEqual(Object.keys(expected));
  expect(outcomes[0]).toEqual(outcomes[1]);
});

describe('Apollo is called', () => {
  it('once for each text', async () => {
    const apollo = watchApollo();
    const body = json('query Once { myTickets(first: 1) { nodes { id } } }');
    for (let n = 0; n < 3; n += 1) await ask(quick, body);
    expect(apollo).toHaveBeenCalledTimes(1);
  });

  it('once for each hash, and never for a hash that nobody registered', async () => {
    const query = 'query Registered { myTickets(first: 2) { nodes { id } } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const byHash = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
    await ask(quick, json(query));
    expect((await ask(quick, byHash)).text).toContain('PersistedQueryNotFound');
    const byText = JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash: query } } });
    expect((await ask(quick, byText)).text).toContain('PersistedQueryNotFound');
    const registered = await ask(
      quick,
      json(query, undefined, { extensions: { persistedQuery: { version: 1, sha256Hash } } }),
    );
    const apollo = watchApollo();
    expect((await ask(quick, byHash)).text).toBe(registered.text);
    expect(apollo).not.toHaveBeenCalled();
  });

  it('always for an operation that is not valid', async () => {
    const apollo = watchApollo();
    for (let n = 0; n < 3; n += 1) await ask(quick, json('{ nothing }'));
    expect(apollo).toHaveBeenCalledTimes(3);
  });
});
