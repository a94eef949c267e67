import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';

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

/** An error in GraphQL's shape, so that a client needs one way only to read errors. */
export function respondError(
  response: ServerResponse,
  status: number,
  { message, extensions }: GraphQLError,
  headers: OutgoingHttpHeaders = {},
): void {
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  respond(response, status, 'application/json; charset=utf-8', body, headers);
}
