import { LRUCache } from 'lru-cache';
import type { Viewer } from '../../tickets/request-context.ts';

/** The user that a valid token stands for. */
export interface VerifiedToken {
  viewer: Viewer;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

const MOST_TOKENS = 10_000;
/** The total size of the cached tokens. A token usually has 500 bytes, so MOST_TOKENS fit; it may have 8 KB. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Caches verified tokens: verifying a signature costs more than answering a list. Invalid tokens are not cached, so an
 * attacker cannot fill the cache with forged ones.
 *
 * @param forMs milliseconds after which a token is verified again, because its key may have been revoked; Infinity if
 * the key never changes
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
