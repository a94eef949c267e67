import { createSecretKey } from 'node:crypto';
import { SignJWT } from 'jose';

/** Signs a bearer token with the shared secret of a development server. It is valid for a week. */
export function signToken(
  userId: string,
  secret: string,
  { issuer, audience }: { issuer: string; audience: string },
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime('7d')
    .sign(createSecretKey(secret, 'utf8'));
}
