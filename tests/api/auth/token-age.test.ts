import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  createTokenVerifier,
  InvalidTokenError,
  type VerifyToken,
} from '../../../src/api/auth/verify-token.ts';
import { startTestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { goodClaims, hs256 } from './hand-made-token.ts';
import { createIssuerKey, type IssuerKey, type KeySetServer, startKeySetServer } from './key-set.server.ts';

/** The longest age of a token. Each token here lasts for an hour by its own words. */

const maxAgeMs = 600_000;

let server: KeySetServer;
let key: IssuerKey;
beforeAll(async () => {
  server = await startKeySetServer();
  key = await createIssuerKey('first');
  server.publish(key);
});
afterAll(() => server.close());
afterEach(() => {
  vi.useRealTimers();
});

interface Way {
  verifier(maxAgeMs: number | null): VerifyToken;
  sign(claims: object): Promise<string>;
}

const BY_SECRET: Way = {
  verifier: (maxAgeMs) => createTokenVerifier({ ...TOKEN_RULES, maxAgeMs }),
  sign: async (claims) => hs256({ alg: 'HS256' }, { ...goodClaims(), ...claims }),
};
const BY_KEY_SET: Way = {
  verifier: (maxAgeMs) => createTokenVerifier({ ...TOKEN_RULES, key: { jwksUrl: server.url }, maxAgeMs }),
  sign: (claims) => key.sign('first', {}, claims),
};

const seconds = (ahead: number) => Math.floor(Date.now() / 1_000) + ahead;

describe.each([
  ['a secret', BY_SECRET],
  ['a key set', BY_KEY_SET],
])('with %s, a token', (_words, { verifier, sign }) => {
  it.each([
    ['younger than the longest age', () => ({ iat: seconds(-590) })],
    ['issued by a clock that is ahead by less than half a minute', () => ({ iat: seconds(25) })],
  ])('%s is accepted', async (_words, claims) => {
    expect(await verifier(maxAgeMs)(await sign(claims()))).toEqual({ id: 'user-asha' });
  });

  it.each([
    ['older than the longest age', () => ({ iat: seconds(-601) }), 'The token has expired'],
    ['without iat', () => ({}), 'The token is invalid'],
    ['issued later, which would make it last longer', () => ({ iat: seconds(60) }), 'The token is invalid'],
  ])('%s is refused, and accepted where there is no such age', async (_words, claims, message) => {
    const token = await sign(claims());
    const refused = verifier(maxAgeMs)(token);
    await expect(refused).rejects.toBeInstanceOf(InvalidTokenError);
    await expect(refused).rejects.toThrow(message);
    expect(await verifier(null)(token)).toEqual({ id: 'user-asha' });
  });

  it.each([-1e308, 1e308, '0', null, [0]])('with %j as iat is refused', async (iat) => {
    await expect(verifier(maxAgeMs)(await sign({ iat }))).rejects.toBeInstanceOf(InvalidTokenError);
  });

  it('that was accepted before is refused from the moment that it is too old', async () => {
    const verify = verifier(maxAgeMs);
    const iat = seconds(-570);
    const token = await sign({ iat });
    await verify(token);
    vi.useFakeTimers({ toFake: ['Date'], now: iat * 1_000 + maxAgeMs - 1 });
    expect(await verify(token)).toEqual({ id: 'user-asha' });
    vi.setSystemTime(iat * 1_000 + maxAgeMs);
    await expect(verify(token)).rejects.toThrow('The token has expired');
  });
});

it('over HTTP, an old token gets 401 and UNAUTHENTICATED', async () => {
  const api = await startTestApi({ tokenMaxAgeMs: maxAgeMs });
  const answerTo = async (iat: number) => {
    const authorization = `Bearer ${await BY_SECRET.sign({ iat })}`;
    const body = '{"query":"{ myTickets { totalCount } }"}';
    const headers = { 'content-type': 'application/json', authorization };
    const response = await fetch(`${api.origin}/graphql`, { method: 'POST', headers, body });
    return { status: response.status, body: await response.json() };
  };
  expect(await answerTo(seconds(0))).toMatchObject({ status: 200 });
  expect(await answerTo(seconds(-700))).toMatchObject({
    status: 401,
    body: { errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }] },
  });
  await api.close();
});
