import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPGraphQLRequest } from '@apollo/server';
import { z } from 'zod';
import { HttpError } from '../http/http-error.ts';
import { type BodyPlace, readJsonBody } from '../http/read-body.ts';
import { targetOf } from '../http/request-target.ts';
import { type TrustedDocuments, withTrustedDocument } from './trusted-documents.ts';

/** Apollo does not check the type of sha256Hash, and fails on anything but a string. */
const withHash = z.looseObject({
  extensions: z
    .looseObject({ persistedQuery: z.looseObject({ sha256Hash: z.string() }).optional() })
    .nullish(),
});

/** An operation in the query string of a GET, or in the body of a POST. */
export type SentOperation = Pick<HTTPGraphQLRequest, 'search' | 'body'>;

/**
 * Reads the operation of a request.
 *
 * @param trusted the only operations that may run; null if every operation may
 * @param place the place that a body takes while it is read
 * @throws HttpError for a body that cannot be read, or an operation that is not trusted
 */
export async function readOperation(
  request: IncomingMessage,
  response: ServerResponse,
  trusted: TrustedDocuments | null,
  place: BodyPlace,
): Promise<SentOperation> {
  if (request.method === 'GET') {
    const { search } = targetOf(request);
    if (new URLSearchParams(search).has('extensions')) throw new HttpError(400, 'Send extensions by POST.');
    return { search, body: undefined };
  }
  const body = await readJsonBody(request, response, place);
  if (trusted) return { search: '', body: withTrustedDocument(body, trusted) };
  const hasExtensions = typeof body === 'object' && body !== null && 'extensions' in body;
  if (hasExtensions && !withHash.safeParse(body).success)
    throw new HttpError(400, 'extensions must be an object; a persistedQuery in it needs a sha256Hash.');
  return { search: '', body };
}
