import { randomUUID } from 'node:crypto';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { isDatabaseAway } from './database-fault.ts';
import { UsherError } from './usher-error.ts';

/** Errors of the request itself, which Apollo and graphql-js word safely. */
const REQUEST_CODES: ReadonlySet<unknown> = new Set(
  Object.values(ApolloServerErrorCode).filter((code) => code !== ApolloServerErrorCode.INTERNAL_SERVER_ERROR),
);

/** Seconds after which a client may try again when the database was away. */
const RETRY_AFTER_SECONDS = 2;

/**
 * The error that may leave the process for any error raised inside it. What is not meant for the client is
 * logged whole under an id, and only the id goes out.
 */
export function toClientError(error: unknown, log: Logger): GraphQLError {
  if (error instanceof GraphQLError && REQUEST_CODES.has(error.extensions.code)) return error;
  const cause = error instanceof GraphQLError && error.originalError ? error.originalError : error;
  if (cause instanceof UsherError) return cause;
  // graphql-js refuses an argument only while executing when the variable for it is null.
  if (cause instanceof GraphQLError && cause.nodes?.length) {
    return new UsherError('BAD_USER_INPUT', { message: cause.message });
  }
  // Of a persisted query, Apollo refuses another version or the hash of another text without a code.
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
