import { LRUCache } from 'lru-cache';
import type { Viewer } from '../../tickets/request-context.ts';

/** What a token proves, and until when. */
export interface VerifiedToken {
  viewer: Viewer;
  /** When it expires; milliseconds since 1970. */
  expiresAt: number;
}

const MOST_TOKENS = 10_000;
/** Of all tokens together. One is about half a kilobyte, so this is enough for all of them; an issuer may make them 8 KB. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Verifies a token once, however often it is sent until it expires: a signature costs more than a list. What was refused
 * is not remembered, so nobody can fill the memory with forged ones.
 *
 * @param forMs after so long it is verified again: its key may be gone. Infinity where keys never change. Milliseconds.
 */
export function rememberTokens(
  verify: (token: string) => Promise<VerifiedToken>,
  forMs: number,
): (token: string) => Promise<Viewer> {
  const known = new LRUCache<string, VerifiedToken & { until: number }>({
    max: MOST_TOKENS,
    maxSize: MOST_BYTES,
    sizeCalculation: (_, token) => token.length,
  });
  return async (token) => {
    const seen = known.get(token);
    if (seen && performance.now() < seen.until && Date.now() < seen.expiresAt) return seen.viewer;
    const verified = await verify(token);
    known.set(token, { ...verified, until: performance.now() + forMs });
    return verified.viewer;
  };
}
