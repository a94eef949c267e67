import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { HttpError } from '../http/http-error.ts';

const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/**
 * Chooses the media type of the answer. Called before execution: Apollo would execute a mutation first and only then
 * find that the client does not accept its answer.
 *
 * @throws HttpError 405 for a method not in `methods`, 406 if the client accepts no media type that we have
 */
export function negotiate(request: IncomingMessage, methods: readonly string[]): MediaType {
  if (!methods.includes(request.method ?? '')) {
    const allow = methods.join(', ');
    throw new HttpError(405, `This answers ${allow} only.`, { allow });
  }
  const mediaType = mediaTypeFor(request);
  if (mediaType === null) throw new HttpError(406, `Accept ${MEDIA_TYPES.join(' or ')}.`);
  return mediaType;
}

/** Caches the choice: clients send few different Accept headers. */
const known = new LRUCache<string, { mediaType: MediaType | null }>({ max: 100 });

function mediaTypeFor(request: IncomingMessage): MediaType | null {
  const { accept = '*/*' } = request.headers;
  const chosen = known.get(accept);
  if (chosen) return chosen.mediaType;
  const mediaType = (new Negotiator(request).mediaType([...MEDIA_TYPES]) ?? null) as MediaType | null;
  known.set(accept, { mediaType });
  return mediaType;
}
