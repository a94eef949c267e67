import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { errorType } from './media-type.ts';

/** Answers outside GraphQL's execution. */

export function respond(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/**
 * Sends an error in the shape of a GraphQL error and in the accepted media type, so that clients read every error the
 * same way.
 */
export function respondError(
  response: ServerResponse,
  status: number,
  { message, extensions }: GraphQLError,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  respond(response, status, `${errorType(response.req)}; charset=utf-8`, body, headers);
}

/** Calls `answer` for GET and HEAD; any other method gets 405. */
export function readOnly({ method }: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (method === 'GET' || method === 'HEAD') answer();
  else respond(response, 405, 'text/plain', 'GET only', { allow: 'GET, HEAD' });
}
