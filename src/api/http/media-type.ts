import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** The media types of answers, the default one first. */
export const MEDIA_TYPES = ['application/json', 'application/graphql-response+json'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

/** Caches the choice: clients send few different Accept headers. */
const known = new LRUCache<string, { mediaType: MediaType | null }>({ max: 100 });

/**
 * Every parameter of a media type but its weight. No answer depends on them: JSON is always UTF-8. negotiator wants each
 * of them on the offered type too.
 */
const PARAMETERS = /;(?!\s*q\s*=\s*"?[\d.]+"?\s*(?:[;,]|$))(?:[^;,"]|"(?:[^"\\]|\\.)*")*/gi;

/**
 * Chooses the media type of the answer from the Accept header. A request without one, or with an empty one, accepts
 * everything.
 *
 * @returns null if the client accepts no media type that we have
 */
export function acceptedType({ headers }: IncomingMessage): MediaType | null {
  const accept = headers.accept || '*/*';
  const chosen = known.get(accept);
  if (chosen) return chosen.mediaType;
  const negotiator = new Negotiator({ headers: { accept: accept.replaceAll(PARAMETERS, '') } });
  const mediaType = (negotiator.mediaType([...MEDIA_TYPES]) ?? null) as MediaType | null;
  known.set(accept, { mediaType });
  return mediaType;
}

/** The media type of an error. A client that accepts neither type still gets the reason, as JSON. */
export function errorType(request: IncomingMessage): MediaType {
  return acceptedType(request) ?? 'application/json';
}
