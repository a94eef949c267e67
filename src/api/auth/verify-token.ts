import { createVerifier, TokenError } from 'fast-jwt';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Viewer } from '../../tickets/request-context.ts';
import { rememberTokens } from './remember-tokens.ts';
import { createSigningKeys, KeysUnavailableError } from './signing-keys.ts';

/** The token is malformed, forged, expired or from another issuer. */
export class InvalidTokenError extends Error {}

export interface TokenRules {
  key: { secret: string } | { jwksUrl: string };
  issuer: string;
  audience: string;
  /** Milliseconds from `iat` after which a token is refused, whatever its `exp`; null or absent for no limit. */
  maxAgeMs?: number | null;
}

export type VerifyToken = (token: string) => Promise<Viewer>;

/** Milliseconds. Tokens that were verified before are accepted this much longer after their key was revoked. */
const REMEMBERED_FOR = 60_000;

/**
 * Milliseconds. A token may start to be valid (`nbf`), or be issued (`iat`), this much later: clocks of servers differ.
 * It expires on time.
 */
const LEEWAY = 30_000;

/** The format of user ids. PostgreSQL cannot store some of the other strings, such as those with U+0000. */
const USER_ID = /^[\x21-\x7e]{1,64}$/;

/**
 * Verifies bearer tokens (JWT): signature, issuer, audience and times. The subject is the user's id.
 *
 * @returns a function that throws InvalidTokenError or KeysUnavailableError
 */
export function createTokenVerifier({ key, issuer, audience, maxAgeMs = null }: TokenRules): VerifyToken {
  // The secret does not change while the process runs, so a verified token stays valid until it expires.
  const [verifySignature, rememberedFor] =
    'secret' in key
      ? [verifyBySecret(key.secret, issuer, audience), Number.POSITIVE_INFINITY]
      : [verifyByKeySet(key.jwksUrl, issuer, audience), REMEMBERED_FOR];
  const verify = async (token: string) => {
    const payload = await verifySignature(token).catch((error: unknown) => {
      if (error instanceof KeysUnavailableError) throw error;
      // Any other error of the libraries is caused by the token.
      throw new InvalidTokenError(isExpiry(error) ? 'The token has expired' : 'The token is invalid');
    });
    const id: unknown = payload.sub;
    if (typeof id !== 'string' || !USER_ID.test(id)) {
      throw new InvalidTokenError('The token is invalid');
    }
    const expiresAt = Math.min(Number(payload.exp) * 1_000, tooOldAt(payload.iat, maxAgeMs));
    // A token expires at `exp`, but not every library rejects it at that very moment.
    if (Date.now() >= expiresAt) throw new InvalidTokenError('The token has expired');
    return { viewer: { id }, expiresAt };
  };
  return rememberTokens(verify, rememberedFor);
}

/** Neither library checks a maximum age without leeway, nor do both require `iat` for it. */
function tooOldAt(iat: unknown, maxAgeMs: number | null): number {
  if (maxAgeMs === null) return Number.POSITIVE_INFINITY;
  // A later one would make the token last longer.
  if (typeof iat !== 'number' || iat * 1_000 > Date.now() + LEEWAY) {
    throw new InvalidTokenError('The token is invalid');
  }
  return iat * 1_000 + maxAgeMs;
}

type VerifySignature = (token: string) => Promise<JWTPayload>;

function isExpiry(error: unknown): boolean {
  if (error instanceof TokenError) return error.code === TokenError.codes.expired;
  return error instanceof errors.JWTExpired;
}

/** Uses fast-jwt: jose computes each HMAC in another thread, which takes ten times as long (docs/decisions/046). */
function verifyBySecret(secret: string, issuer: string, audience: string): VerifySignature {
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    // fast-jwt checks only the claims that are present.
    requiredClaims: ['sub', 'exp', 'iss', 'aud'],
    clockTolerance: LEEWAY,
    // fast-jwt checks iat only if there is a maximum age.
    maxAge: Number.MAX_SAFE_INTEGER,
  });
  return async (token) => verify(token);
}

function verifyByKeySet(jwksUrl: string, issuer: string, audience: string): VerifySignature {
  const keys = createSigningKeys(jwksUrl);
  const rules: JWTVerifyOptions = {
    issuer,
    audience,
    requiredClaims: ['sub', 'exp'],
    clockTolerance: LEEWAY / 1_000,
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
  };
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // The token does not say which of the keys signed it.
      for await (const key of error) {
        const verified = await jwtVerify(token, key, rules).catch(ifSignedByAnother);
        if (verified) return verified.payload;
      }
      throw error;
    }
  };
}

function ifSignedByAnother(error: unknown): null {
  if (error instanceof errors.JWSSignatureVerificationFailed) return null;
  throw error;
}
