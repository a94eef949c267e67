import type { Viewer } from '../../tickets/request-context.ts';
import { InvalidTokenError, type VerifyToken } from './verify-token.ts';

/** Bytes. Longer than any token of a real issuer. */
const MAX_TOKEN_LENGTH = 8 * 1024;

/**
 * Finds out who sent a request from its Authorization header. More than one header is rejected: a proxy and this server
 * could each trust a different one.
 *
 * @param authorization every Authorization header as received (`request.headersDistinct`), or undefined
 * @returns null without a header: the request is anonymous
 * @throws InvalidTokenError, KeysUnavailableError
 */
export async function authenticate(
  authorization: string[] | undefined,
  verifyToken: VerifyToken,
): Promise<Viewer | null> {
  if (authorization === undefined) return null;
  const [header = '', ...others] = authorization;
  if (others.length > 0) throw new InvalidTokenError('There is more than one Authorization header');
  const token = /^Bearer +([\w.~+/-]+=*)$/i.exec(header)?.[1];
  if (!token || token.length > MAX_TOKEN_LENGTH) throw new InvalidTokenError('The token is invalid');
  return verifyToken(token);
}
