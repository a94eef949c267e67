import { createSecretKey } from 'node:crypto';
import { createRemoteJWKSet, errors, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Viewer } from './viewer.ts';

/** A token that proves nothing: malformed, expired, of another issuer, ... */
export class InvalidTokenError extends Error {}
/** The keys that would prove a token cannot be fetched now. */
export class KeysUnavailableError extends Error {}

export interface TokenRules {
  key: { secret: string } | { jwksUrl: string };
  issuer: string;
  audience: string;
}

export type VerifyToken = (token: string) => Promise<Viewer>;

/** The key set's server is down, slow, answers an error (which jose has no code of its own for) or nonsense. */
const KEY_SET_FAILURES = new Set([errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code]);

/** What a user id looks like; anything else the database could not even store. */
const USER_ID = /^[\x21-\x7e]{1,64}$/;

/**
 * Checks bearer tokens (JWT): signature, issuer, audience and times; the subject is the user's id.
 *
 * @returns a function that throws InvalidTokenError or KeysUnavailableError
 */
export function createTokenVerifier({ key, issuer, audience }: TokenRules): VerifyToken {
  const options: JWTVerifyOptions = { issuer, audience, requiredClaims: ['sub', 'exp'] };
  const verify = 'secret' in key ? verifyBySecret(key.secret, options) : verifyByKeySet(key.jwksUrl, options);
  return async (token) => {
    const payload = await verify(token).catch((error: unknown) => {
      if (!(error instanceof errors.JOSEError) || KEY_SET_FAILURES.has(error.code)) {
        throw new KeysUnavailableError('the signing keys cannot be fetched', { cause: error });
      }
      throw new InvalidTokenError(
        error.code === 'ERR_JWT_EXPIRED' ? 'The token has expired' : 'The token is invalid',
      );
    });
    const id: unknown = payload.sub;
    if (typeof id !== 'string' || !USER_ID.test(id)) {
      throw new InvalidTokenError('The token is invalid');
    }
    return { id };
  };
}

function verifyBySecret(secret: string, options: JWTVerifyOptions) {
  const key = createSecretKey(secret, 'utf8');
  return async (token: string) =>
    (await jwtVerify(token, key, { ...options, algorithms: ['HS256'] })).payload;
}

function verifyByKeySet(jwksUrl: string, options: JWTVerifyOptions) {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000, cooldownDuration: 30_000 });
  const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'];
  return async (token: string) => (await jwtVerify(token, keys, { ...options, algorithms })).payload;
}
