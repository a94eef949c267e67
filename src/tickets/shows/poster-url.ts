import { LRUCache } from 'lru-cache';

/** Parsing a URL takes as long as everything else of a ticket in a list. */
const known = new LRUCache<string, { url: string | null }>({ max: 5_000 });

/**
 * Where a poster can be loaded from, as the catalogue's other writers stored it: an http or https URL, or a path that
 * is served here. Null for what a client must not load (javascript:, data:, ...) or cannot (no URL at all).
 *
 * @param publicUrl where this server is reached
 */
export function posterUrl(stored: string, publicUrl: string): string | null {
  const key = `${publicUrl} ${stored}`;
  const poster = known.get(key);
  if (poster) return poster.url;
  const url = loadable(stored, publicUrl);
  known.set(key, { url });
  return url;
}

function loadable(stored: string, publicUrl: string): string | null {
  if (stored.trim() === '' || !URL.canParse(stored, publicUrl)) return null;
  const { protocol, href } = new URL(stored, publicUrl);
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}
