import type { ApolloServerPlugin } from '@apollo/server';
import { ApolloServerErrorCode } from '@apollo/server/errors';
import type { OperationContext } from './operation-context.ts';

/** Errors of a well-formed request that are found before execution. */
const REQUEST_ERRORS: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

/**
 * Sets the status of application/json answers to well-formed requests to 200, as the specification says: a client could
 * not tell a 400 from one of a proxy. Apollo sends 400, which is right for application/graphql-response+json only
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
