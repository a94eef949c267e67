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
 * Refuses what must not be executed though it is valid: variables that do not fit, of which only the first is named, and
 * an operation that costs too much. Each message about a variable prints the whole value: thousands of them would take
 * seconds, so this comes before everything else that reads variables.
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
