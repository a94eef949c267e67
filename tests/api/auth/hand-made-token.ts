import { createHmac } from 'node:crypto';
import { SECRET, TOKEN_RULES } from '../../support/test-api.ts';

/** Claims that are good; each time anew, for their time. */
export function goodClaims() {
  const { issuer: iss, audience: aud } = TOKEN_RULES;
  return { sub: 'user-asha', iss, aud, exp: Math.floor(Date.now() / 1000) + 3_600 };
}

/** Texts and bytes are taken as they are, everything else as JSON. */
export function encode(part: unknown): string {
  const text = typeof part === 'string' || Buffer.isBuffer(part) ? part : JSON.stringify(part);
  return Buffer.from(text).toString('base64url');
}

/** A token that no library would sign: header and claims may be anything. */
export function hs256(header: unknown, claims: unknown, secret: string | Buffer = SECRET): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
