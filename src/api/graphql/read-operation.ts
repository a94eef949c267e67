import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HTTPGraphQLRequest } from '@apollo/server';
import { z } from 'zod';
import { expectJson } from '../http/content-type.ts';
import { HttpError } from '../http/http-error.ts';
import { type BodyPlace, readJsonBody } from '../http/read-body.ts';
import { readSearch, toSearch } from './read-search.ts';
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
 * @throws HttpError for a body or query string that cannot be read, or an operation that is not trusted
 */
export async function readOperation(
  request: IncomingMessage,
  response: ServerResponse,
  trusted: TrustedDocuments | null,
  place: BodyPlace,
): Promise<SentOperation> {
  if (request.method === 'GET') {
    const sent = readSearch(request);
    checkHash(sent);
    return { search: toSearch(trusted ? withTrustedDocument(sent, trusted) : sent), body: undefined };
  }
  expectJson(request);
  const body = await readJsonBody(request, response, place);
  if (trusted) return { search: '', body: withTrustedDocument(body, trusted) };
  checkHash(body);
  return { search: '', body };
}

function checkHash(sent: unknown): void {
  const hasExtensions = typeof sent === 'object' && sent !== null && 'extensions' in sent;
  if (hasExtensions && !withHash.safeParse(sent).success)
    throw new HttpError(422, 'extensions must be an object; a persistedQuery in it needs a sha256Hash.');
}
