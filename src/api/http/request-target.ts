import type { IncomingMessage } from 'node:http';

/** Servers must accept a target with scheme and host too: RFC 9112, 3.2.2. */
const TARGET = /^(?:https?:\/\/[^/?]*)?([^?]*)(.*)$/i;

/**
 * Splits the target of a request.
 *
 * @returns the path, and the query string with its question mark, or '' without a query
 */
export function targetOf({ url = '' }: IncomingMessage): { path: string; search: string } {
  const [, path, search = ''] = TARGET.exec(url) ?? [];
  return { path: path || '/', search };
}
