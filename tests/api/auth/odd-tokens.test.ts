import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createTokenVerifier, InvalidTokenError } from '../../../src/api/auth/verify-token.ts';
import { TOKEN_RULES } from '../../support/test-api.ts';
import { encode, goodClaims, hs256 } from './hand-made-token.ts';

/** All of them are rightly signed, so that nothing is refused before it is looked at. */

const verify = createTokenVerifier(TOKEN_RULES);
const header = { alg: 'HS256' };
const goodText = JSON.stringify(goodClaims());
/** Good claims with a member more, written as text: JSON.stringify would write no name twice. */
const withMore = (more: string) => `${goodText.slice(0, -1)},${more}}`;

describe('a token is refused, and for no other reason than that it is invalid,', () => {
  const later = goodClaims().exp;
  it.each<[string, unknown, unknown]>([
    ['of no algorithm', {}, goodClaims()],
    ['of an algorithm that is no text', { alg: ['HS256'] }, goodClaims()],
    ['of an algorithm in other letters', { alg: 'hs256' }, goodClaims()],
    ['with an unencoded payload (b64)', { ...header, b64: false, crit: ['b64'] }, goodClaims()],
    ['with an unencoded payload that is not declared', { ...header, b64: false }, `${goodText}.`],
    ['with an extension that nobody knows', { ...header, crit: ['x'], x: 1 }, goodClaims()],
    ['with critical extensions that are no list', { ...header, crit: 'b64' }, goodClaims()],
    ['with no critical extension in the list', { ...header, crit: [] }, goodClaims()],
    ['with a header that is a list', [header], goodClaims()],
    ['with a header that is a text', '"HS256"', goodClaims()],
    ['with a header that is null', 'null', goodClaims()],
    ['with a header that is no JSON', '{"alg":"HS256"', goodClaims()],
    ['with a header that is no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), goodClaims()],
    ['with the algorithm on the prototype', '{"__proto__":{"alg":"HS256"}}', goodClaims()],
    ['with claims that are a list', header, [goodClaims()]],
    ['with claims that are null', header, 'null'],
    ['with claims that are no JSON', header, 'hello'],
    ['with claims that are no UTF-8', header, Buffer.from(goodText.replace('asha', 'ash\xff'), 'latin1')],
    ['with claims that are empty', header, ''],
    ['with claims that are deep', header, '['.repeat(5_000)],
    ['with claims on the prototype', header, `{"__proto__":${goodText}}`],
    ['with exp as text', header, { ...goodClaims(), exp: String(later) }],
    ['with exp as a date', header, { ...goodClaims(), exp: new Date(later * 1000).toISOString() }],
    ['with exp as a list', header, { ...goodClaims(), exp: [later] }],
    ['with exp that is null', header, { ...goodClaims(), exp: null }],
    ['with exp long ago', header, { ...goodClaims(), exp: -1e308 }],
    ['with exp now', header, { ...goodClaims(), exp: Math.floor(Date.now() / 1000) }],
    ['with nbf as text', header, { ...goodClaims(), nbf: '0' }],
    ['with nbf in another age', header, { ...goodClaims(), nbf: 1e308 }],
    ['with iat as text', header, { ...goodClaims(), iat: 'now' }],
    ['with the issuer in a list', header, { ...goodClaims(), iss: [TOKEN_RULES.issuer] }],
    ['with the issuer in other letters', header, { ...goodClaims(), iss: TOKEN_RULES.issuer.toUpperCase() }],
    ['with a list of other audiences', header, { ...goodClaims(), aud: ['payments', 'usher '] }],
    ['with an audience that is an object', header, { ...goodClaims(), aud: { usher: true } }],
    ['with a second, empty subject', header, withMore('"sub":""')],
    ['with a subject of two lines', header, { ...goodClaims(), sub: 'user-asha\n' }],
    ['with a number as its subject', header, { ...goodClaims(), sub: 42 }],
    ['with a list as its subject', header, { ...goodClaims(), sub: ['user-asha'] }],
    ['with true as its subject', header, { ...goodClaims(), sub: true }],
    ['with null as its subject', header, { ...goodClaims(), sub: null }],
  ])('%s', async (_words, oddHeader, claims) => {
    const refused = expect(verify(hs256(oddHeader, claims))).rejects;
    await refused.toBeInstanceOf(InvalidTokenError);
    await refused.toThrow(/^The token (is invalid|has expired)$/);
  });

  it.each([
    ['a fourth part', `${hs256(header, goodClaims())}.x`],
    ['an empty part', `${encode(header)}..x`],
    ['one part', 'x'],
    ['only dots', '....'],
  ])('with %s', async (_words, token) => {
    await expect(verify(token)).rejects.toBeInstanceOf(InvalidTokenError);
  });

  it('whatever its header and claims are', async () => {
    const odd = fc.oneof(fc.jsonValue(), fc.double(), fc.string());
    const good = goodClaims();
    const oddOr = (value: unknown) => fc.oneof({ weight: 4, arbitrary: fc.constant(value) }, odd);
    const oddHeader = fc.record(
      { alg: oddOr('HS256'), crit: odd, b64: odd, zip: odd, typ: odd, kid: odd, jwk: odd },
      { requiredKeys: ['alg'] },
    );
    const { sub, iss, aud, exp } = good;
    const oddClaims = fc.record(
      { sub: oddOr(sub), iss: oddOr(iss), aud: oddOr(aud), exp: oddOr(exp), nbf: odd, iat: odd },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(oddHeader, fc.oneof(oddClaims, odd), async (anyHeader, anyClaims) => {
        const token = hs256(JSON.stringify(anyHeader), JSON.stringify(anyClaims) ?? '');
        const outcome = await verify(token).catch((error: unknown) => error);
        if (outcome instanceof InvalidTokenError) return;
        expect(anyClaims).toMatchObject({ iss, aud });
        expect(outcome).toEqual({ id: (anyClaims as { sub?: unknown }).sub });
      }),
      { numRuns: 1_000 },
    );
  });
});

it.each<[string, unknown]>([
  ['several audiences, ours among them', { ...goodClaims(), aud: ['payments', TOKEN_RULES.audience] }],
  ['an end in another age, as the issuer decides', { ...goodClaims(), exp: 1e308 }],
  ['claims that nobody asked for', { ...goodClaims(), email: 'asha@example.com', roles: ['admin'] }],
])('a token with %s is let in', async (_words, claims) => {
  expect(await verify(hs256({ alg: 'HS256', typ: 'JWT' }, claims))).toEqual({ id: 'user-asha' });
});

it('a token is expired at the very moment that it names', async () => {
  const claims = goodClaims();
  vi.useFakeTimers({ toFake: ['Date'], now: claims.exp * 1_000 - 1 });
  try {
    expect(await verify(hs256(header, claims))).toEqual({ id: 'user-asha' });
    vi.setSystemTime(claims.exp * 1_000);
    await expect(verify(hs256(header, claims))).rejects.toThrow('The token has expired');
    await expect(verify(hs256(header, { ...claims, more: 1 }))).rejects.toThrow('The token has expired');
  } finally {
    vi.useRealTimers();
  }
});
