import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signToken } from '../../../src/api/auth/sign-token.ts';
import { rawPost } from '../../support/raw-request.ts';
import { SECRET, startTestApi, type TestApi, TOKEN_RULES } from '../../support/test-api.ts';
import { goodClaims, hs256 } from './hand-made-token.ts';

let api: TestApi;
let asha: string;
let ravi: string;
beforeAll(async () => {
  api = await startTestApi({ logLevel: 'trace' });
  asha = await signToken('user-asha', SECRET, TOKEN_RULES);
  ravi = await signToken('user-ravi', SECRET, TOKEN_RULES);
});
afterAll(() => api.close());

const query = '{ myTickets { totalCount } }';
const ask = (headers: string[], path = '/graphql', more = {}) =>
  rawPost(`${api.origin}${path}`, headers, { query, ...more });
const codeOf = ({ body }: { body: string }) => JSON.parse(body).errors?.[0].extensions.code;

describe('several Authorization headers', () => {
  it.each([
    ['of two people', () => ['Authorization', `Bearer ${asha}`, 'authorization', `Bearer ${ravi}`]],
    ['of one person twice', () => ['authorization', `Bearer ${asha}`, 'authorization', `Bearer ${asha}`]],
    ['a good one first', () => ['authorization', `Bearer ${asha}`, 'authorization', 'Bearer x']],
    ['a good one last', () => ['authorization', '', 'authorization', `Bearer ${asha}`]],
    [
      'with 1,100 others between',
      () => [
        'authorization',
        `Bearer ${asha}`,
        ...Array(1_100).fill(['x', '1']).flat(),
        'authorization',
        `Bearer ${ravi}`,
      ],
    ],
    ['in one line', () => ['authorization', `Bearer ${asha}, Bearer ${ravi}`]],
  ])('%s are refused', async (_words, headers) => {
    const answer = await ask(headers());
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

it('more headers than are read are refused', async () => {
  // 30 KB: of many more, some would still be on the way when the server hangs up, and its answer could be lost.
  const more = Array(2_000).fill(['x', '1234567890']).flat();
  const { status } = await ask(['authorization', `Bearer ${asha}`, ...more]);
  expect(status).toBe(431);
});

describe('a token elsewhere than in the Authorization header', () => {
  it.each([
    ['access_token in the URL', (token: string) => ask([], `/graphql?access_token=${token}`)],
    ['token in the URL', (token: string) => ask([], `/graphql?token=${token}`)],
    ['authorization in the URL', (token: string) => ask([], `/graphql?authorization=Bearer%20${token}`)],
    ['a cookie', (token: string) => ask(['cookie', `access_token=${token}; authorization=Bearer ${token}`])],
    ['the body', (token: string) => ask([], '/graphql', { access_token: token })],
    [
      'extensions',
      (token: string) => ask([], '/graphql', { extensions: { authorization: `Bearer ${token}` } }),
    ],
    [
      'another header',
      (token: string) => ask(['x-access-token', token, 'proxy-authorization', `Bearer ${token}`]),
    ],
  ])('%s is not read', async (_words, send) => {
    const answer = await send(asha);
    expect([answer.status, codeOf(answer)]).toEqual([200, 'UNAUTHENTICATED']);
  });
});

describe('a token longer than 8 KB', () => {
  const ofLength = (length: number) => {
    const token = (filler: number) =>
      hs256({ alg: 'HS256' }, { ...goodClaims(), filler: 'x'.repeat(filler) });
    const filler = Array.from({ length: 8 }, (_, n) => Math.floor(((length - token(0).length) * 3) / 4) - n);
    return filler.map(token).find((made) => made.length <= length) ?? '';
  };

  it('is refused, and one just as long let in', async () => {
    expect((await ask(['authorization', `Bearer ${ofLength(8_192)}`])).status).toBe(200);
    expect((await ask(['authorization', `Bearer ${ofLength(8_200)}`])).status).toBe(401);
  });
});
