import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { environment } from './environment.ts';

const key = createSecretKey(environment.secret, 'utf8');

/** Returns the user of a bearer token, verified with node:crypto; null if it is invalid. */
export function verifyToken(authorization: string | undefined): string | null {
  const [head, payload, signature] = authorization?.slice('Bearer '.length).split('.') ?? [];
  if (!head || !payload || !signature) return null;
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const given = Buffer.from(signature, 'base64url');
  const right = createHmac('sha256', key).update(`${head}.${payload}`).digest();
  if (alg !== 'HS256' || given.length !== right.length || !timingSafeEqual(given, right)) return null;
  const { sub, exp, iss, aud } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const holds = exp > Date.now() / 1_000 && iss === environment.issuer && aud === environment.audience;
  return holds && typeof sub === 'string' ? sub : null;
}
