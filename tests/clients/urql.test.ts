import { readFile } from 'node:fs/promises';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { Client, cacheExchange, fetchExchange, gql } from 'urql';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestInstance } from '../support/test-api.ts';
import { type ClientWorld, startClientWorld } from './client-world.ts';
import { cancellationOfSeats, shownCancellation } from './page-snippets.ts';
import { codeOf, createClient } from './snippets/urql.ts';
import { wholeTicketQuery, withoutMoment } from './whole-ticket.ts';

/** urql as it is installed, and with Graphcache as docs/clients.md sets it up. A warning fails the test. */

const schema = introspectionFromSchema(buildSchema(await readFile('schema.graphql', 'utf8')));

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world.api.close());
afterEach(() => {
  vi.restoreAllMocks();
});

function record() {
  vi.spyOn(globalThis, 'fetch').mockImplementation(world.recorded);
}

describe('urql as it is installed', () => {
  const start = (url = world.url, token = world.token) => {
    record();
    const fetchOptions = { headers: { authorization: `Bearer ${token}` } };
    return new Client({ url, fetchOptions, exchanges: [cacheExchange, fetchExchange] });
  };

  it('queries by GET', async () => {
    const { data } = await start().query('query Short { ticket(id: "TKT-1") { id } }', {});
    expect(data).toMatchObject({ ticket: { id: 'TKT-1' } });
    expect(world.sent()).toEqual(['GET text']);
  });

  it('sends long queries and mutations by POST', async () => {
    const comment = `# ${'x'.repeat(2_048)}`;
    const variables = { filter: { movieIds: Array.from({ length: 3 }, () => 'x'.repeat(900)) } };
    const long = await start().query(`query Long { ticket(id: "TKT-1") { id } } ${comment}`, variables);
    expect(long.data).toMatchObject({ ticket: { id: 'TKT-1' } });
    const { error } = await start().mutation('mutation { cancelTicket(id: "TKT-none") { message } }', {});
    expect(codeOf(error)).toBe('NOT_FOUND');
    expect(world.sent()).toEqual(['POST text', 'POST text']);
  });

  it('reads the codes of errors, of a 401 and a 503 too', async () => {
    const full = await startTestInstance(world.api, { admission: { atOnce: 0 } });
    const query = 'query Missing { ticket(id: "TKT-none") { id } }';
    const answers = await Promise.all([
      start().query(query, {}),
      start(world.url, 'expired').query(query, {}),
      start(`${full.origin}/graphql`).query(query, {}),
    ]);
    expect(answers.map(({ error }) => codeOf(error))).toEqual([
      'NOT_FOUND',
      'UNAUTHENTICATED',
      'SERVICE_UNAVAILABLE',
    ]);
    await full.close();
  });
});

describe('urql with Graphcache and persisted queries', () => {
  const start = () => {
    record();
    world.sent();
    return createClient(world.url, world.token, schema);
  };

  it('sends the hash of a query by GET, and its text once', async () => {
    const client = start();
    const ask = () =>
      client.query('query Persisted { ticket(id: "TKT-1") { id } }', {}, { requestPolicy: 'network-only' });
    for (const sent of [['GET hash', 'GET text'], ['GET hash']]) {
      expect((await ask()).data).toMatchObject({ ticket: { id: 'TKT-1' } });
      expect(world.sent()).toEqual(sent);
    }
  });

  it('has the whole ticket as it is after a cancellation', async () => {
    const client = start();
    const { mutation, fragment } = await shownCancellation('TKT-3');
    const query = gql(await wholeTicketQuery(fragment));
    const variables = { id: 'TKT-3' };
    const before = await client.query(query, variables);
    expect(before.error).toBeUndefined();
    expect((await client.mutation(gql(mutation), {})).error).toBeUndefined();
    const cached = await client.query(query, variables, { requestPolicy: 'cache-only' });
    expect(cached.data).not.toEqual(before.data);
    const fresh = await client.query(query, variables, { requestPolicy: 'network-only' });
    expect(withoutMoment(cached.data)).toEqual(withoutMoment(fresh.data));
  });

  it('has the whole ticket as it is after some of its seats were cancelled, then the rest', async () => {
    const client = start();
    const { fragment } = await shownCancellation('TKT-2');
    const query = gql(await wholeTicketQuery(fragment));
    const variables = { id: 'TKT-2' };
    const before = await client.query(query, variables);
    for (const seatId of ['TKT-2:A2', 'TKT-2:A1']) {
      const mutation = gql(`${cancellationOfSeats('TKT-2', [seatId])} ${fragment}`);
      expect((await client.mutation(mutation, {})).error).toBeUndefined();
      const cached = await client.query(query, variables, { requestPolicy: 'cache-only' });
      expect(cached.data).not.toEqual(before.data);
      const fresh = await client.query(query, variables, { requestPolicy: 'network-only' });
      expect(withoutMoment(cached.data)).toEqual(withoutMoment(fresh.data));
    }
  });

  it('appends pages to a list', async () => {
    const client = start();
    const query = `query Pages($after: String) {
      myTickets(first: 2, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } }
    }`;
    const { data } = await client.query(query, {});
    const next = await client.query(query, { after: data.myTickets.pageInfo.endCursor });
    expect(next.data.myTickets.nodes.map(({ id }: { id: string }) => id)).toEqual(world.tickets);
  });
});
