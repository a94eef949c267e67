import type { IncomingMessage } from 'node:http';

/** With or without scheme and host before the path, as servers have to take it: RFC 9112, 3.2.2. */
const TARGET = /^(?:https?:\/\/[^/?]*)?([^?]*)(.*)$/i;

/**
 * What a request asks for.
 *
 * @returns the path, and the query with its question mark; '' without one
 */
export function targetOf({ url = '' }: IncomingMessage): { path: string; search: string } {
  const [, path, search = ''] = TARGET.exec(url) ?? [];
  return { path: path || '/', search };
}
