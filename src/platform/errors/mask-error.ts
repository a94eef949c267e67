import { randomUUID } from 'node:crypto';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isDatabaseAway } from './database-fault.ts';
import { UsherError } from './usher-error.ts';

/** Errors of the request itself. The messages of Apollo and graphql-js for them are safe to show. */
const REQUEST_CODES: ReadonlySet<unknown> = new Set(
  Object.values(ApolloServerErrorCode).filter((code) => code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR),
);

/** Seconds. */
const RETRY_AFTER_SECONDS = 2;

/**
 * Converts any error to one that is safe to send to a client. An unexpected error is logged with an id, and the client
 * gets only the id.
 */
export function toClientError(error: unknown, log: Logger): GraphQLError {
  if (error instanceof GraphQLError && REQUEST_CODES.has(error.extensions.code)) return error;
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (cause instanceof UsherError) return cause;
  // If the variable of a non-null argument is null, graphql-js reports it only during execution.
  if (cause instanceof GraphQLError && cause.nodes?.length) {
    return new UsherError('BAD_USER_INPUT', { message: cause.message });
  }
  // Apollo gives no code for a persisted query with a wrong version or a hash that does not match its text.
  if (cause instanceof GraphQLError && isHttpStatus(cause.extensions.http, 400)) {
    return new UsherError('BAD_USER_INPUT', { message: `${cause.message}.` });
  }
  const errorId = randomUUID();
  if (isDatabaseAway(cause)) {
    log.warn({ err: cause, errorId }, 'database unavailable');
    return new UsherError('SERVICE_UNAVAILABLE', { errorId, retryAfterSeconds: RETRY_AFTER_SECONDS });
  }
  log.error({ err: cause, errorId }, 'unexpected error');
  return new UsherError('INTERNAL_SERVER_ERROR', { errorId });
}

function isHttpStatus(http: unknown, status: number): boolean {
  return typeof http === 'object' && http !== null && 'status' in http && http.status === status;
}
