import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http/http-error.ts';
import { targetOf } from '../http/request-target.ts';

/**
 * Headers that a page of another site can send only after a preflight request, which CORS refuses. `authorization`
 * qualifies because it must be a Bearer token: browsers add Basic credentials automatically, but never a Bearer token.
 */
export const PREFLIGHTED_HEADERS = [
  'authorization',
  'apollo-require-preflight',
  'graphql-require-preflight',
  'x-apollo-operation-name',
];

const TEXTS = ['query', 'operationName', 'documentId'];
const OBJECTS = ['variables', 'extensions'];

/**
 * Reads the query string of a GET, as the body of a POST would have it. Empty parameters count as missing.
 *
 * @throws HttpError if another site could have sent the request, or a parameter is wrong
 */
export function readSearch(request: IncomingMessage): Record<string, unknown> {
  if (!PREFLIGHTED_HEADERS.some((name) => request.headers[name]))
    throw new HttpError(
      400,
      'Another site could have sent this. Send GET with an Authorization header or Apollo-Require-Preflight: true, or use POST.',
    );
  const params = new URLSearchParams(targetOf(request).search);
  const sent = [...TEXTS, ...OBJECTS].flatMap((name) => {
    const [text, ...others] = params.getAll(name);
    if (others.length > 0) throw new HttpError(422, `${name} is there more than once.`);
    return text ? [[name, OBJECTS.includes(name) ? parseObject(name, text) : text] as const] : [];
  });
  return Object.fromEntries(sent.filter(([, value]) => value !== null));
}

/** The query string that Apollo reads. */
export function toSearch(sent: object): string {
  const texts = Object.entries(sent).map(([name, value]) => [
    name,
    OBJECTS.includes(name) ? JSON.stringify(value) : String(value),
  ]);
  return `?${new URLSearchParams(texts)}`;
}

function parseObject(name: string, text: string): object | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && !Array.isArray(value)) return value;
  } catch {
    // Not JSON: the same error.
  }
  throw new HttpError(422, `${name} must be an object of JSON.`);
}
