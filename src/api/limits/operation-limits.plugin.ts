import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestContext } from '../../tickets/request-context.ts';
import type { CheckOperation } from './check-operation.ts';

/** Has every valid operation checked before anything of it is executed. */
export function operationLimits(check: CheckOperation): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operation, request, response }) => {
        // Without an operation there is nothing to execute, and Apollo says why.
        if (!operation) return;
        try {
          check(document, operation, request.variables ?? {});
        } catch (error) {
          response.http.status = 400;
          throw error;
        }
      },
    }),
  };
}
