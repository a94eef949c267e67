import type { ApolloServerPlugin } from '@apollo/server';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { createCostOf, type Variables } from './operation-cost.ts';

/** @throws GraphQLError BAD_USER_INPUT */
export type CheckOperation = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
) => void;

/**
 * Rejects valid operations whose variables have wrong types, or that cost more than `maxCost`. Must run before anything
 * else reads variables: graphql-js prints the whole value in each message, so thousands of wrong values would take
 * seconds. This reports only the first.
 */
export function createOperationCheck(schema: GraphQLSchema, maxCost: number): CheckOperation {
  const costOf = createCostOf(schema);
  return (document, operation, variables) => {
    const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
      maxErrors: 1,
    });
    const [wrong] = errors ?? [];
    if (wrong) throw asInputError(wrong);
    const cost = costOrRefusal(() => costOf(document, operation, variables));
    if (cost > maxCost) throw new UsherError('BAD_USER_INPUT', { message: tooMuch(cost, maxCost) });
  };
}

/** Checks the operations that Apollo executes. */
export function checkPlugin(check: CheckOperation): ApolloServerPlugin {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, operation, request, response }) => {
        // Apollo itself reports a missing operation.
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

function costOrRefusal(cost: () => number): number {
  try {
    return cost();
  } catch (error) {
    throw error instanceof GraphQLError ? asInputError(error) : error;
  }
}

function asInputError({ message, nodes }: GraphQLError): GraphQLError {
  return new GraphQLError(message, { nodes: nodes ?? [], extensions: { code: 'BAD_USER_INPUT' } });
}

function tooMuch(cost: number, limit: number): string {
  return `The operation costs ${cost}, but at most ${limit} is allowed. Ask for fewer tickets at once or fewer fields of each; a QR code costs most, so ask for it one ticket at a time.`;
}
