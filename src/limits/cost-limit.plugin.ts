import type { ApolloServerPlugin } from '@apollo/server';
import { UsherError } from '../errors/usher-error.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import { type CostOf, createCostOf } from './operation-cost.ts';

/** Refuses an operation that costs more than the limit, before anything of it is executed. */
export function costLimit(limit: number): ApolloServerPlugin<RequestContext> {
  let costOf: CostOf;
  return {
    serverWillStart: async ({ schema }) => {
      costOf = createCostOf(schema);
    },
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operation, request, response }) => {
        // Without an operation there is nothing to execute, and Apollo says why.
        if (!operation) return;
        try {
          const cost = costOf(document, operation, request.variables ?? {});
          if (cost > limit) throw new UsherError('BAD_USER_INPUT', { message: refusal(cost, limit) });
        } catch (error) {
          response.http.status = 400;
          throw error;
        }
      },
    }),
  };
}

function refusal(cost: number, limit: number): string {
  return `The operation costs ${cost}, but at most ${limit} is allowed. Ask for fewer tickets at once or fewer fields of each; a QR code costs most, so ask for it one ticket at a time.`;
}
