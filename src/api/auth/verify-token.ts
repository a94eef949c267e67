import { createVerifier, TokenError } from 'fast-jwt';
import { errors, type JWTPayload, type JWTVerifyOptions, jwtVerify } from 'jose';
import type { Viewer } from '../../tickets/request-context.ts';
import { rememberTokens } from './remember-tokens.ts';
import { createSigningKeys, KeysUnavailableError } from './signing-keys.ts';

/** A token that proves nothing: malformed, expired, of another issuer, ... */
export class InvalidTokenError extends Error {}

export interface TokenRules {
  key: { secret: string } | { jwksUrl: string };
  issuer: string;
  audience: string;
}

export type VerifyToken = (token: string) => Promise<Viewer>;

/** A signing key that the issuer removed is accepted this much longer for tokens that were seen before. Milliseconds. */
const REMEMBERED_FOR = 60_000;

/** What a user id looks like; anything else the database could not even store. */
const USER_ID = /^[\x21-\x7e]{1,64}$/;

/**
 * Checks bearer tokens (JWT): signature, issuer, audience and times; the subject is the user's id.
 *
 * @returns a function that throws InvalidTokenError or KeysUnavailableError
 */
export function createTokenVerifier({ key, issuer, audience }: TokenRules): VerifyToken {
  // A secret is the same as long as the process runs: what it has proved stays proved.
  const [verifySignature, rememberedFor] =
    'secret' in key
      ? [verifyBySecret(key.secret, issuer, audience), Number.POSITIVE_INFINITY]
      : [verifyByKeySet(key.jwksUrl, issuer, audience), REMEMBERED_FOR];
  const verify = async (token: string) => {
    const payload = await verifySignature(token).catch((error: unknown) => {
      if (error instanceof KeysUnavailableError) throw error;
      // Whatever else a token makes a library throw, it is the token's fault.
      throw new InvalidTokenError(isExpiry(error) ? 'The token has expired' : 'The token is invalid');
    });
    const id: unknown = payload.sub;
    if (typeof id !== 'string' || !USER_ID.test(id)) {
      throw new InvalidTokenError('The token is invalid');
    }
    const expiresAt = Number(payload.exp) * 1_000;
    // At this moment it has, which not every library says.
    if (Date.now() >= expiresAt) throw new InvalidTokenError('The token has expired');
    return { viewer: { id }, expiresAt };
  };
  return rememberTokens(verify, rememberedFor);
}

type VerifySignature = (token: string) => Promise<JWTPayload>;

function isExpiry(error: unknown): boolean {
  if (error instanceof TokenError) return error.code === TokenError.codes.expired;
  return error instanceof errors.JWTExpired;
}

/** Not by jose, which asks another thread for each HMAC: that takes ten times as long as to make one (docs/decisions/046). */
function verifyBySecret(secret: string, issuer: string, audience: string): VerifySignature {
  const verify = createVerifier({
    key: secret,
    algorithms: ['HS256'],
    allowedIss: issuer,
    allowedAud: audience,
    // It looks only at those that are there.
    requiredClaims: ['sub', 'exp', 'iss', 'aud'],
    // It looks at iat only where an age is given.
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
    algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  };
  return async (token) => {
    try {
      return (await jwtVerify(token, keys, rules)).payload;
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      // It does not say which key signed it.
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
