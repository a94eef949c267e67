import { KeyObject } from 'node:crypto';
import { CompactEncrypt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../support/test-api.ts';
import { encode, goodClaims, hs256 } from './hand-made-token.ts';
import { createIssuerKey, type IssuerKey, type KeySetServer, startKeySetServer } from './key-set.server.ts';

let api: TestApi;
let issuer: KeySetServer;
let attacker: KeySetServer;
let key: IssuerKey;
/** Under the same kid. */
let ofAttacker: IssuerKey;
beforeAll(async () => {
  [issuer, attacker] = await Promise.all([startKeySetServer(), startKeySetServer()]);
  [key, ofAttacker] = await Promise.all([createIssuerKey('one'), createIssuerKey('one')]);
  issuer.publish(key);
  attacker.publish(ofAttacker);
  api = await startTestApi({ tokenKey: { jwksUrl: issuer.url } });
});
afterAll(async () => {
  await api.close();
  await Promise.all([issuer.close(), attacker.close()]);
});

function ask(token: string): Promise<Response> {
  return fetch(`${api.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ myTickets { totalCount } }"}',
  });
}

/** With a public key as the secret of HS256. */
const confused = (secret: string | Buffer) => hs256({ alg: 'HS256', kid: 'one' }, goodClaims(), secret);
const publicKey = () => KeyObject.from(key.publicKey);
const pem = () => String(publicKey().export({ type: 'spki', format: 'pem' }));

const ATTACKS: [string, () => string | Promise<string>][] = [
  ['not signed', () => `${encode({ alg: 'none', kid: 'one' })}.${encode(goodClaims())}.`],
  ['signed with the public key as a secret, in PEM', () => confused(pem())],
  ['signed with the public key as a secret, in PEM without the last line end', () => confused(pem().trim())],
  [
    'signed with the public key as a secret, in DER',
    () => confused(publicKey().export({ type: 'spki', format: 'der' })),
  ],
  ['signed with the public key as a secret, as a JWK', () => confused(JSON.stringify(key.jwk))],
  ['signed with an empty secret', () => confused('')],
  ['signed by another key of the same name', () => ofAttacker.sign()],
  ['proved by a key in its header (jwk)', () => ofAttacker.sign('one', { jwk: ofAttacker.jwk })],
  ['proved by a key in its header, and names none', () => ofAttacker.sign(null, { jwk: ofAttacker.jwk })],
  ['proved by a key set of its own (jku)', () => ofAttacker.sign('one', { jku: attacker.url })],
  ['proved by a key set of its own, under an unknown kid', () => ofAttacker.sign('x', { jku: attacker.url })],
  ['proved by a certificate of its own (x5u)', () => ofAttacker.sign('one', { x5u: attacker.url })],
  ['proved by a certificate in its header (x5c)', () => ofAttacker.sign('one', { x5c: ['MIIB'] })],
  ['named by a path', () => ofAttacker.sign('../../../../dev/null')],
  [
    'named by a path, signed with what is there',
    () => hs256({ alg: 'HS256', kid: '/dev/null' }, goodClaims(), ''),
  ],
  ['named by a URL', () => ofAttacker.sign(attacker.url)],
  ['named by SQL', () => ofAttacker.sign("one' or '1'='1")],
  ['named by __proto__', () => ofAttacker.sign('__proto__')],
  ['named by nothing', () => ofAttacker.sign('')],
  ['named by a long text', () => ofAttacker.sign('k'.repeat(4_000))],
  ['named by a list', () => ofAttacker.sign('one', { kid: ['one'] })],
  [
    'encrypted to the public key (JWE)',
    () =>
      new CompactEncrypt(Buffer.from(JSON.stringify(goodClaims())))
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: 'one' })
        .encrypt(publicKey()),
  ],
];

it.each(ATTACKS)('a token that is %s is refused', async (_words, make) => {
  const response = await ask(await make());
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

it('and after all of that a good one is let in, and nobody asked the attacker for keys', async () => {
  expect((await ask(await key.sign())).status).toBe(200);
  expect([issuer.fetches(), attacker.fetches()]).toEqual([1, 0]);
});
