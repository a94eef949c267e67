import { LRUCache } from 'lru-cache';
import { urlBelow } from '../../platform/text/url-below.ts';

/** Parsing a URL takes as long as building the rest of a ticket in a list. */
const known = new LRUCache<string, { url: string | null }>({ max: 5_000 });

/**
 * Returns the absolute URL of a poster; null if it is not an http or https URL.
 *
 * @param stored a URL, or a path below this server's URL. Other services write it, so it can be anything
 * @param publicUrl this server's URL
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
  const { protocol, href } = urlBelow(stored.trim(), publicUrl);
  return protocol === 'http:' || protocol === 'https:' ? href : null;
}
