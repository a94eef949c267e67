import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { PATIENTLY } from '../../support/patiently.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';

let api: TestApi;
let authorization: string;
beforeAll(async () => {
  api = await startTestApi({ cancelAttemptsPerHour: 1, logLevel: 'info' });
  authorization = `Bearer ${await signToken('user-asha', SECRET, TOKEN_RULES)}`;
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
});
afterAll(() => api.close());
beforeEach(() => {
  api.logs.length = 0;
  api.metrics.registry.resetMetrics();
});

const post = (query: string, headers: Record<string, string> = {}) =>
  fetch(`${api.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization, ...headers },
    body: JSON.stringify({ query }),
  });
const metrics = async () => (await fetch(`${api.origin}/metrics`)).text();
/** The line of the only request so far; it is written a moment after the client has its answer. */
const line = () =>
  vi.waitFor(() => {
    const lines = api.logs.map((entry) => JSON.parse(entry)).filter(({ msg }) => msg === 'request');
    expect(lines).toHaveLength(1);
    return lines[0];
  }, PATIENTLY);

describe('a request is told to operators', () => {
  it('in one line, with the id that the client has of it', async () => {
    const response = await post('query Mine { myTickets { totalCount } }');
    expect(await line()).toMatchObject({
      level: 30,
      requestId: response.headers.get('x-request-id'),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
      operation: 'myTickets',
      operationName: 'Mine',
      outcome: 'OK',
      status: 200,
      ms: expect.any(Number),
    });
  });

  it.each([
    ['one that is refused', 'query Q { ticket(id: "TKT-2") { id } }', {}, 'ticket', 'NOT_FOUND', 200],
    [
      'nobody’s',
      '{ myTickets { totalCount } }',
      { authorization: 'Bearer x' },
      'none',
      'UNAUTHENTICATED',
      401,
    ],
    ['no GraphQL', '{', {}, 'none', 'GRAPHQL_PARSE_FAILED', 200],
    ['not valid', '{ nothing }', {}, 'none', 'GRAPHQL_VALIDATION_FAILED', 200],
    ['several at once', '{ a: __typename b: __typename }', {}, 'several', 'OK', 200],
    ['a fragment', '{ ...f } fragment f on Query { __typename }', {}, 'several', 'OK', 200],
    ['about the schema', '{ __schema { queryType { name } } }', {}, 'introspection', 'OK', 200],
    ['one that we cannot answer', '{ __typename }', { accept: 'text/html' }, 'none', 'BAD_USER_INPUT', 406],
  ])('%s too', async (_words, query, headers, operation, outcome, status) => {
    await post(query, headers);
    expect(await line()).toMatchObject({ operation, outcome, status });
    expect(await metrics()).toContain(
      `usher_requests_total{operation="${operation}",outcome="${outcome}"} 1`,
    );
  });

  it('also when it is no GraphQL request at all', async () => {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body: '{}' });
    expect(await line()).toMatchObject({ operation: 'none', outcome: 'BAD_REQUEST', status: 400 });
  });

  it('with the trace that it continues, which its jobs continue too', async () => {
    const traceparent = `00-${TRACE_ID}-00f067aa0ba902b7-01`;
    await post('mutation { cancelTicket(id: "TKT-1") { status } }', { traceparent });
    expect(await line()).toMatchObject({ operation: 'cancelTicket', outcome: 'OK', traceId: TRACE_ID });
    await api.jobs.flush();
    const jobs = await api.database.db.execute(
      sql`select payload ->> 'traceId' as trace from graphile_worker._private_jobs`,
    );
    expect(jobs).toEqual([{ trace: TRACE_ID }, { trace: TRACE_ID }]);

    api.logs.length = 0;
    await post('mutation { cancelTicket(id: "TKT-1") { status } }');
    expect(await line()).toMatchObject({ outcome: 'RATE_LIMITED' });
    expect(await metrics()).toContain('usher_rate_limited_attempts_total 1');
  });

  it('with the trace of a version that we do not know, too', async () => {
    await post('{ __typename }', { traceparent: `01-${TRACE_ID}-00f067aa0ba902b7-01-more` });
    expect((await line()).traceId).toBe(TRACE_ID);
  });

  it.each([
    'nonsense',
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${TRACE_ID}-00f067aa0ba902b7-01`,
    `00-${TRACE_ID.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${TRACE_ID}-00f067aa0ba902b7-01-more`,
    `00-${TRACE_ID}-00f067aa0ba902b7-01-`,
  ])('in a trace of its own when the client’s is %s', async (traceparent) => {
    await post('{ __typename }', { traceparent });
    const { traceId } = await line();
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(traceparent.toLowerCase()).not.toContain(traceId);
  });
});

describe('what a client sends', () => {
  it('becomes no label, and no long or unreadable line', async () => {
    const name = `A${'b'.repeat(5_000)}`;
    await post(`query ${name} { __typename }`);
    expect((await line()).operationName).toBe(name.slice(0, 64));
    const body = { query: '{ __typename }', operationName: 'x\u001b[31m\n\u0007' };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(api.logs.map((entry) => entry.trimEnd()).join('')).not.toMatch(/\p{Cc}/u);
    expect(await metrics()).not.toMatch(/Abbb|\[31m/);
  });

  it('and who it is does not get into logs or metrics', async () => {
    await post('{ ticket(id: "TKT-1") { id payment { transactionId } } }');
    await line();
    expect(api.logs.join('') + (await metrics())).not.toMatch(/user-asha|TKT-1|pay_|eyJ/);
  });
});
