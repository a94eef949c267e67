import { LRUCache } from 'lru-cache';
import type { Viewer } from './viewer.ts';

/** What a token proves, and until when. */
export interface VerifiedToken {
  viewer: Viewer;
  /** When it expires; milliseconds since 1970. */
  expiresAt: number;
}

/** A signing key that the issuer removed is accepted this much longer for tokens that were seen before. Milliseconds. */
const REMEMBERED_FOR = 60_000;
const MOST_TOKENS = 10_000;
/** Of all tokens together. One is about half a kilobyte, so this is enough for all of them; an issuer may make them 8 KB. */
const MOST_BYTES = 8 * 2 ** 20;

/**
 * Verifies a token once a minute, however often it is sent: a signature costs more than a list. What was refused is not
 * remembered, so nobody can fill the memory with forged ones.
 */
export function rememberTokens(
  verify: (token: string) => Promise<VerifiedToken>,
): (token: string) => Promise<Viewer> {
  const known = new LRUCache<string, { viewer: Viewer; until: number }>({
    max: MOST_TOKENS,
    maxSize: MOST_BYTES,
    sizeCalculation: (_, token) => token.length,
  });
  return async (token) => {
    const seen = known.get(token);
    if (seen && performance.now() < seen.until) return seen.viewer;
    const { viewer, expiresAt } = await verify(token);
    const goodFor = Math.min(REMEMBERED_FOR, expiresAt - Date.now());
    known.set(token, { viewer, until: performance.now() + goodFor });
    return viewer;
  };
}
