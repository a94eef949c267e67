import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { TOKEN_RULES } from '../../support/test-api.ts';

const { issuer, audience } = TOKEN_RULES;

/** A pair of the issuer: the public half as it stands in a key set. */
export interface IssuerKey {
  jwk: object;
  publicKey: CryptoKey;
  /** A good token for Asha; without a kid when that is null, and with more in its header when there is more. Claims are added. */
  sign(kid?: string | null, more?: object, claims?: object): Promise<string>;
}

export async function createIssuerKey(kid: string, alg = 'RS256'): Promise<IssuerKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  return {
    jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig' },
    publicKey,
    sign: (named = kid, more = {}, claims = {}) =>
      new SignJWT({ sub: 'user-asha', iss: issuer, aud: audience, ...claims })
        .setProtectedHeader({ alg, ...(named !== null && { kid: named }), ...more })
        .setExpirationTime('1h')
        .sign(privateKey),
  };
}

/** The issuer's server of keys. */
export interface KeySetServer {
  url: string;
  /** From now on it answers with these. */
  publish(...keys: IssuerKey[]): void;
  /** From now on it answers this, or takes requests and says nothing. */
  fail(how: { status: number; body: string } | 'hangs'): void;
  /** How often it was asked since it was last asked this. */
  fetches(): number;
  /** How many requests wait for an answer. */
  waiting(): number;
  close(): Promise<unknown>;
}

export async function startKeySetServer(): Promise<KeySetServer> {
  let answer: { status: number; body: string } | 'hangs' = { status: 200, body: '{"keys":[]}' };
  let fetches = 0;
  const waiting = new Set<ServerResponse>();
  const server = createServer((_request, response) => {
    fetches += 1;
    if (answer !== 'hangs') {
      response.writeHead(answer.status, { 'content-type': 'application/json', location: '/elsewhere' });
      response.end(answer.body);
    } else {
      waiting.add(response);
      response.once('close', () => waiting.delete(response));
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    publish: (...keys) => {
      answer = { status: 200, body: JSON.stringify({ keys: keys.map((key) => key.jwk) }) };
    },
    fail: (how) => {
      answer = how;
    },
    fetches: () => {
      const counted = fetches;
      fetches = 0;
      return counted;
    },
    waiting: () => waiting.size,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
