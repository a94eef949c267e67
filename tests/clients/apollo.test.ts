import { gql } from '@apollo/client';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startTestInstance } from '../support/test-api.ts';
import { type ClientWorld, startClientWorld } from './client-world.ts';
import { cancellationOfSeats, shownCancellation } from './page-snippets.ts';
import { codeOf, createClient } from './snippets/apollo.ts';
import { wholeTicketQuery, withoutMoment } from './whole-ticket.ts';

/** Apollo Client as docs/clients.md sets it up. */

let world: ClientWorld;
beforeAll(async () => {
  world = await startClientWorld();
});
afterAll(() => world.api.close());
afterEach(() => {
  vi.restoreAllMocks();
});

/** A client whose requests are recorded. */
function startClient(url = world.url, token = world.token) {
  vi.spyOn(globalThis, 'fetch').mockImplementation(world.recorded);
  return createClient(url, token);
}

describe('automatic persisted queries', () => {
  it('are registered by POST and found by GET', async () => {
    const client = startClient();
    const query = gql`query Registered { ticket(id: "TKT-1") { id } }`;
    const ask = () => client.query({ query, fetchPolicy: 'network-only' });
    for (const sent of [['GET hash', 'POST text'], ['GET hash']]) {
      expect((await ask()).data).toMatchObject({ ticket: { id: 'TKT-1' } });
      expect(world.sent()).toEqual(sent);
    }
  });

  it('of mutations go by POST', async () => {
    const mutation = gql`mutation { cancelTicket(id: "TKT-none") { message } }`;
    const failing = startClient().mutate({ mutation });
    expect(await failing.catch(codeOf)).toBe('NOT_FOUND');
    expect(world.sent()).toEqual(['POST hash', 'POST text']);
  });
});

describe('the code of an error is read', () => {
  const query = gql`query Read { ticket(id: "TKT-none") { id } }`;

  it.each([
    ['beside data', () => startClient(), 'NOT_FOUND'],
    ['of a 401', () => startClient(world.url, 'expired'), 'UNAUTHENTICATED'],
    ['of a 404', () => startClient(`${world.url}l`), 'NOT_FOUND'],
  ])('%s', async (_words, start, code) => {
    expect(await start().query({ query }).catch(codeOf)).toBe(code);
  });

  it('of a 503', async () => {
    const full = await startTestInstance(world.api, { admission: { atOnce: 0 } });
    const failing = startClient(`${full.origin}/graphql`).query({ query });
    expect(await failing.catch(codeOf)).toBe('SERVICE_UNAVAILABLE');
    await full.close();
  });

  it('of an operation that is not valid', async () => {
    const invalid = startClient().query({ query: gql`query Invalid { nothing }` });
    expect(await invalid.catch(codeOf)).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('the cache', () => {
  it('has the whole ticket as it is after a cancellation', async () => {
    const client = startClient();
    const { mutation, fragment } = await shownCancellation('TKT-2');
    const query = gql(await wholeTicketQuery(fragment));
    const options = { query, variables: { id: 'TKT-2' } };
    const { data: before } = await client.query(options);
    await client.mutate({ mutation: gql(mutation) });
    const cached = client.readQuery(options);
    expect(cached).not.toEqual(before);
    const { data: fresh } = await client.query({ ...options, fetchPolicy: 'no-cache' });
    expect(withoutMoment(cached)).toEqual(withoutMoment(fresh));
  });

  it('has the whole ticket as it is after some of its seats were cancelled, then the rest', async () => {
    const client = startClient();
    const { fragment } = await shownCancellation('TKT-3');
    const query = gql(await wholeTicketQuery(fragment));
    const options = { query, variables: { id: 'TKT-3' } };
    const { data: before } = await client.query(options);
    for (const seatId of ['TKT-3:A2', 'TKT-3:A1']) {
      await client.mutate({ mutation: gql(`${cancellationOfSeats('TKT-3', [seatId])} ${fragment}`) });
      const cached = client.readQuery(options);
      expect(cached).not.toEqual(before);
      const { data: fresh } = await client.query({ ...options, fetchPolicy: 'no-cache' });
      expect(withoutMoment(cached)).toEqual(withoutMoment(fresh));
    }
  });

  it('keeps what one query read of a value when another reads something else of it', async () => {
    const client = startClient();
    const base = gql`query Base { ticket(id: "TKT-1") { id pricing { baseAmount { amount } } totalAmount { amount } } }`;
    const fee = gql`query Fee {
      ticket(id: "TKT-1") { id pricing { convenienceFee { amount } baseAmount { currencyCode } } totalAmount { currencyCode } }
    }`;
    const { data } = await client.query({ query: base });
    await client.query({ query: fee });
    expect(client.readQuery({ query: base })).toEqual(data);
  });
});
