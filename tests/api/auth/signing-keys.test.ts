import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeysUnavailableError } from '../../../src/api/auth/signing-keys.ts';
import {
  createTokenVerifier,
  InvalidTokenError,
  type VerifyToken,
} from '../../../src/api/auth/verify-token.ts';
import { PATIENTLY } from '../../support/patiently.ts';
import { startTestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { HOUR, MINUTE } from '../../support/world.ts';
import { createIssuerKey, type IssuerKey, type KeySetServer, startKeySetServer } from './key-set.server.ts';

const SECOND = 1_000;
const DOWN = { status: 500, body: '' };

let server: KeySetServer;
let one: IssuerKey;
let two: IssuerKey;
let verify: VerifyToken;
beforeAll(async () => {
  server = await startKeySetServer();
  [one, two] = await Promise.all([createIssuerKey('one'), createIssuerKey('two')]);
});
afterAll(() => server.close());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  server.publish(one);
  server.fetches();
  verify = createTokenVerifier({ ...TOKEN_RULES, key: { jwksUrl: server.url } });
});
afterEach(() => {
  vi.useRealTimers();
});

const later = (milliseconds: number) => vi.advanceTimersByTime(milliseconds);
const asha = { id: 'user-asha' };

/** What becomes of many tokens that come at once, each outcome once. */
async function outcomes(tokens: string[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(tokens.map(verify));
  return [
    ...new Set(
      settled.map((result) => (result.status === 'fulfilled' ? 'let in' : result.reason.constructor)),
    ),
  ];
}

const unknown = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => one.sign(`key ${n}`)));

describe('a token signed by a key of the set', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'])('with %s is let in', async (alg) => {
    const key = await createIssuerKey('three', alg);
    server.publish(one, key);
    expect(await verify(await key.sign())).toEqual(asha);
  });

  it.each([
    ['Ed25519', 'EdDSA'],
    ['EdDSA', 'Ed25519'],
    ['Ed25519', 'Ed25519'],
    ['EdDSA', 'EdDSA'],
  ])('with %s is let in by a key that the set names %s', async (alg, named) => {
    const key = await createIssuerKey('three', alg);
    server.publish(one, { ...key, jwk: { ...key.jwk, alg: named } });
    expect(await verify(await key.sign())).toEqual(asha);
    server.fetches();
    expect(await verify(await key.sign('three', { typ: 'JWT' }))).toEqual(asha);
    expect(server.fetches()).toBe(0);
  });

  it('with RS256 is refused where the set names its key for PS256', async () => {
    server.publish({ ...one, jwk: { ...one.jwk, alg: 'PS256' } });
    await expect(verify(await one.sign())).rejects.toBeInstanceOf(InvalidTokenError);
  });

  it.each([
    ['25 seconds', 25, 'let in'],
    ['40 seconds', 40, InvalidTokenError],
  ])('that is valid in %s is let in up to half a minute early', async (_words, seconds, outcome) => {
    const nbf = Math.floor(Date.now() / 1000) + seconds;
    expect(await outcomes([await one.sign('one', {}, { nbf })])).toEqual([outcome]);
  });

  it('that does not name its key is let in, of one key or of several', async () => {
    expect(await verify(await one.sign(null))).toEqual(asha);
    server.publish(one, two);
    later(6 * MINUTE);
    expect(await verify(await one.sign(null))).toEqual(asha);
    expect(await verify(await two.sign(null))).toEqual(asha);
    const stranger = await createIssuerKey('stranger');
    expect(await outcomes([await stranger.sign(null)])).toEqual([InvalidTokenError]);
  });

  it('is proved by that key, not by another of the set', async () => {
    server.publish(one, two);
    expect(await outcomes([await one.sign('two')])).toEqual([InvalidTokenError]);
  });
});

describe('a new key', () => {
  it('is accepted without a restart', async () => {
    await verify(await one.sign());
    server.publish(one, two);
    later(31 * SECOND);
    expect(await verify(await two.sign())).toEqual(asha);
    expect(server.fetches()).toBe(2);
  });

  it('that the issuer removes is refused five minutes later', async () => {
    server.publish(one, two);
    const token = await two.sign();
    expect(await verify(token)).toEqual(asha);
    server.publish(one);
    later(4 * MINUTE);
    expect(await verify(token)).toEqual(asha);
    later(2 * MINUTE);
    await expect(verify(token)).rejects.toBeInstanceOf(InvalidTokenError);
    expect(await verify(await one.sign())).toEqual(asha);
  });
});

describe('a flood of tokens that name unknown keys', () => {
  it('has the keys fetched once in a cool-down', async () => {
    await verify(await one.sign());
    later(31 * SECOND);
    expect(await outcomes(await unknown(200))).toEqual([InvalidTokenError]);
    expect(await outcomes(await unknown(200))).toEqual([InvalidTokenError]);
    expect(server.fetches()).toBe(2);
    later(31 * SECOND);
    expect(await outcomes(await unknown(200))).toEqual([InvalidTokenError]);
    expect(server.fetches()).toBe(1);
  });

  it.each([
    ['is down', DOWN],
    ['hangs', 'hangs'],
  ] as const)('has them fetched once, too, when the issuer %s; known keys go on', async (_words, how) => {
    await verify(await one.sign());
    later(31 * SECOND);
    server.fetches();
    server.fail(how);
    expect(await outcomes(await unknown(200))).toEqual([KeysUnavailableError]);
    expect(await outcomes(await unknown(200))).toEqual([KeysUnavailableError]);
    expect(await verify(await one.sign())).toEqual(asha);
    expect(server.fetches()).toBe(1);
  });
});

describe('while the issuer is down', () => {
  it.each([
    ['answers an error', DOWN],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['answers no key set', { status: 200, body: '{}' }],
    [
      'answers more than a megabyte',
      { status: 200, body: JSON.stringify({ keys: [], more: 'x'.repeat(2 ** 20) }) },
    ],
    ['sends elsewhere', { status: 302, body: '' }],
    ['hangs', 'hangs'],
  ] as const)('and %s, and never was up, nobody is let in and it is asked once', async (_words, how) => {
    server.fail(how);
    const tokens = Array(50).fill(await one.sign());
    expect(await outcomes(tokens)).toEqual([KeysUnavailableError]);
    expect(await outcomes(tokens)).toEqual([KeysUnavailableError]);
    expect(server.fetches()).toBe(1);
    server.publish(one);
    later(6 * SECOND);
    expect(await outcomes(tokens)).toEqual(['let in']);
  });

  it('known keys are good for a day, and then no more', async () => {
    const token = await one.sign();
    await verify(token);
    server.fail(DOWN);
    for (const wait of [11 * MINUTE, HOUR, 22 * HOUR]) {
      later(wait);
      expect(await verify(token)).toEqual(asha);
    }
    later(HOUR);
    await expect(verify(token)).rejects.toBeInstanceOf(KeysUnavailableError);
  });

  it('tokens of known keys do not wait for its answer, once it is known to be down', async () => {
    const token = await one.sign();
    await verify(token);
    server.fail(DOWN);
    later(6 * MINUTE);
    await verify(token);
    server.fail('hangs');
    later(61 * SECOND);
    expect(await outcomes(Array(50).fill(token))).toEqual(['let in']);
    await vi.waitFor(() => expect(server.waiting()).toBe(1), PATIENTLY);
  });

  it('a key removed meanwhile is refused as soon as it is back, also after a quiet time', async () => {
    server.publish(one, two);
    const token = await two.sign();
    await verify(token);
    server.fail(DOWN);
    later(6 * MINUTE);
    expect(await verify(token)).toEqual(asha);
    server.publish(one);
    later(HOUR);
    await expect(verify(token)).rejects.toBeInstanceOf(InvalidTokenError);
  });
});

it('over HTTP that is 503 with Retry-After, and tells nobody where the keys are', async () => {
  server.fail(DOWN);
  const api = await startTestApi({ tokenKey: { jwksUrl: server.url } });
  const response = await fetch(`${api.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await one.sign()}` },
    body: '{"query":"{ __typename }"}',
  });
  const text = await response.text();
  await api.close();
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(JSON.parse(text).errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
  expect(text).not.toMatch(/jwks|127\.0\.0\.1|key/i);
});
