import type { IncomingMessage } from 'node:http';
import { HttpError } from '../http/http-error.ts';
import { acceptedType, MEDIA_TYPES, type MediaType } from '../http/media-type.ts';

const METHODS = ['POST', 'GET'];

/**
 * Chooses the media type of the answer. Called before execution: Apollo would execute a mutation first and only then
 * find that the client does not accept its answer.
 *
 * @throws HttpError 405 for a method other than POST and GET, 406 if the client accepts no media type that we have
 */
export function negotiate(request: IncomingMessage): MediaType {
  if (!METHODS.includes(request.method ?? '')) {
    const allow = METHODS.join(', ');
    throw new HttpError(405, `This answers ${allow} only.`, { allow });
  }
  const mediaType = acceptedType(request);
  if (mediaType === null) throw new HttpError(406, `Accept ${MEDIA_TYPES.join(' or ')}.`);
  return mediaType;
}
