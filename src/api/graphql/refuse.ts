import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import { toClientError } from '../../platform/errors/mask-error.ts';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { KeysUnavailableError } from '../auth/signing-keys.ts';
import { InvalidTokenError } from '../auth/verify-token.ts';
import { HttpError } from '../http/http-error.ts';
import { errorType } from '../http/media-type.ts';
import { respondError } from '../http/respond.ts';
import { malformedStatus } from './http-status.ts';

/**
 * Answers a request that failed before or outside the execution of its operation.
 *
 * @returns the code of the error in the answer
 */
export function refuse(response: ServerResponse, error: unknown, log: Logger): string {
  const { status, answer, headers } = refusalOf(error, log);
  const { code, retryAfterSeconds } = answer.extensions;
  const retryAfter = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  const malformed = status === 422 ? malformedStatus(errorType(response.req)) : status;
  respondError(response, malformed, answer, { ...headers, ...retryAfter });
  return String(code);
}

interface Refusal {
  status: number;
  answer: GraphQLError;
  headers?: OutgoingHttpHeaders;
}

/** Seconds. */
const KEYS_RETRY_AFTER = 5;

function refusalOf(error: unknown, log: Logger): Refusal {
  if (error instanceof HttpError) return error;
  if (error instanceof InvalidTokenError) {
    const { message } = error;
    const challenge = `Bearer error="invalid_token", error_description="${message}"`;
    return {
      status: 401,
      answer: new UsherError('UNAUTHENTICATED', { message: `${message}.` }),
      headers: { 'www-authenticate': challenge },
    };
  }
  if (error instanceof KeysUnavailableError) {
    log.warn({ err: error }, 'signing keys unavailable');
    return {
      status: 503,
      answer: new UsherError('SERVICE_UNAVAILABLE', { retryAfterSeconds: KEYS_RETRY_AFTER }),
    };
  }
  const answer = toClientError(error, log);
  return { status: answer.extensions.code === 'SERVICE_UNAVAILABLE' ? 503 : 500, answer };
}
