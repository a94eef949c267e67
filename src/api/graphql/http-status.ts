import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { MediaType } from '../http/media-type.ts';
import type { OperationContext } from './operation-context.ts';

/**
 * The HTTP status of answers, as GraphQL over HTTP, September 2026, has it (docs/decisions/070). The clients that accept
 * only application/json are older than it. They keep the status codes that they were written for.
 */

/** Errors of a well-formed request that are found before execution. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

/** The answer has data, or null in its place, and errors. */
export const PARTIAL_SUCCESS = 294;

/** The status of a request that is JSON, but no GraphQL request. */
export function malformedStatus(mediaType: MediaType): number {
  return mediaType === 'application/json' ? 400 : 422;
}

/** Sets the status of the answers of Apollo. The fast path sets its own. */
export const httpStatus: ApolloServerPlugin<OperationContext> = {
  requestDidStart: async ({ contextValue: { mediaType } }) => ({
    willSendResponse: async ({ response: { http, body } }) => {
      if (body.kind !== 'single') return;
      const { errors, data } = body.singleResult;
      if (!errors?.length) return;
      const code = errors[0]?.extensions?.code;
      const { status = 200 } = http;
      if (mediaType === 'application/json') {
        // A client could not tell a 400 from one of a proxy.
        if (status === 400 && REQUEST_ERRORS.has(code)) http.status = 200;
      } else if (data !== undefined) {
        if (status === 200) http.status = PARTIAL_SUCCESS;
      } else if (status === 200 || (status === 400 && code !== ApolloServerErrorCode.GRAPHQL_PARSE_FAILED)) {
        http.status = 422;
      }
    },
  }),
};
