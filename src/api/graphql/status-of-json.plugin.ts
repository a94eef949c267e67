import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { OperationContext } from './operation-context.ts';

/** Errors that GraphQL finds in a well-formed request before it executes anything. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

/**
 * As application/json every answer to a well-formed request has status 200, so that a client can tell it from one of
 * something on the way; only application/graphql-response+json says 400 where Apollo says it for both
 * (https://graphql.github.io/graphql-over-http/draft/#sec-application-json).
 */
export const statusOfJson: ApolloServerPlugin<OperationContext> = {
  requestDidStart: async ({ contextValue: { mediaType } }) => ({
    willSendResponse: async ({ response: { http, body } }) => {
      if (http.status !== 400 || mediaType !== 'application/json' || body.kind !== 'single') return;
      const code = body.singleResult.errors?.[0]?.extensions?.code;
      if (REQUEST_ERRORS.has(code)) http.status = 200;
    },
  }),
};
