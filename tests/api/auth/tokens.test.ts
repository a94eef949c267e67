import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';

const { issuer, audience } = TOKEN_RULES;

function sign({
  secret = SECRET,
  alg = 'HS256',
  claims = {} as Record<string, unknown>,
  exp = '1h' as string | null,
} = {}) {
  const jwt = new SignJWT({ sub: 'user-asha', iss: issuer, aud: audience, ...claims }).setProtectedHeader({
    alg,
  });
  if (exp !== null) jwt.setExpirationTime(exp);
  return jwt.sign(new TextEncoder().encode(secret));
}

describe('over HTTP', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  async function answerTo(authorization: string) {
    const response = await fetch(`${api.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: '{"query":"{ myTickets { totalCount } }"}',
    });
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      body: await response.json(),
    };
  }

  it('a good token is let in, however "Bearer" is written', async () => {
    const token = await sign();
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      expect(await answerTo(`${scheme} ${token}`)).toMatchObject({
        status: 200,
        body: { data: { myTickets: { totalCount: 0 } } },
      });
    }
  });

  const now = Math.floor(Date.now() / 1000);

  it('a token that becomes valid within half a minute is let in: clocks differ', async () => {
    const token = await sign({ claims: { nbf: Math.floor(Date.now() / 1000) + 25 } });
    expect(await answerTo(`Bearer ${token}`)).toMatchObject({ status: 200 });
  });

  const bad: [string, () => string | Promise<string>][] = [
    ['expired', () => sign({ claims: { exp: now - 1 }, exp: null })],
    ['without exp', () => sign({ exp: null })],
    ['not valid yet', () => sign({ claims: { nbf: now + 600 } })],
    ['not valid for another minute', () => sign({ claims: { nbf: Math.floor(Date.now() / 1000) + 60 } })],
    ['of another issuer', () => sign({ claims: { iss: 'https://elsewhere.example' } })],
    ['without issuer', () => sign({ claims: { iss: undefined } })],
    ['for another audience', () => sign({ claims: { aud: 'payments' } })],
    ['without audience', () => sign({ claims: { aud: undefined } })],
    ['without subject', () => sign({ claims: { sub: undefined } })],
    ['with an empty subject', () => sign({ claims: { sub: '' } })],
    [
      'with a subject that is no text',
      () => sign({ claims: { sub: { id: 'user-asha' } as unknown as string } }),
    ],
    ['with a subject that no database stores', () => sign({ claims: { sub: 'user-\u0000' } })],
    ['with a huge subject', () => sign({ claims: { sub: 'u'.repeat(65) } })],
    ['signed with another secret', () => sign({ secret: 'another secret that is also long enough' })],
    ['signed with another algorithm', () => sign({ alg: 'HS512' })],
    [
      'not signed',
      () =>
        new UnsecuredJWT({ sub: 'user-asha' })
          .setIssuer(issuer)
          .setAudience(audience)
          .setExpirationTime('1h')
          .encode(),
    ],
    [
      'tampered with',
      async () =>
        (await sign()).replace(/\.[^.]+\./, `.${Buffer.from('{"sub":"user-ravi"}').toString('base64url')}.`),
    ],
    ['cut off', async () => (await sign()).slice(0, -1)],
    ['longer than 8 KB', () => sign({ claims: { more: 'x'.repeat(9_000) } })],
    ['no token', () => 'hello'],
    ['empty', () => ''],
  ];

  it.each(bad)('a token that is %s is refused with 401 and a challenge', async (_words, make) => {
    api.database.statements.length = 0;
    const { status, challenge, body } = await answerTo(`Bearer ${await make()}`);
    expect(status).toBe(401);
    expect(challenge).toMatch(/^Bearer error="invalid_token"/);
    expect(body).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(api.database.statements).toEqual([]);
  });

  it('says that a token has expired, so that a client knows to renew it', async () => {
    const { body } = await answerTo(`Bearer ${await sign({ claims: { exp: now - 1 }, exp: null })}`);
    expect(body.errors[0].message).toBe('The token has expired.');
  });

  it('another scheme is refused', async () => {
    expect(await answerTo('Basic dXNlcjpwYXNz')).toMatchObject({ status: 401 });
  });

  it('writes no token to the log', async () => {
    const token = await sign({ claims: { exp: now - 1 }, exp: null });
    await answerTo(`Bearer ${token}`);
    expect(api.logs.join()).not.toContain(token);
  });
});
