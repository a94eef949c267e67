import type { Viewer } from '../../tickets/request-context.ts';
import { InvalidTokenError, type VerifyToken } from './verify-token.ts';

/** Longer than any token that is honestly issued; bytes. */
const MAX_TOKEN_LENGTH = 8 * 1024;

/**
 * Who sent a request, from its Authorization header. Several are refused: of two readers on the way, each could
 * believe another one.
 *
 * @param authorization every such header as received (`request.headersDistinct`); undefined when there is none
 * @returns null without a header: such a request runs as nobody
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
