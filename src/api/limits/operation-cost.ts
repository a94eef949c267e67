import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  TypeInfo,
  ValidationContext,
} from 'graphql';
// The package's ES modules load a second copy of graphql, which does not know the types of this one. Of its CommonJS
// modules only this name can be imported by both Node and vitest.
import { type ComplexityEstimator, createComplexityRule } from 'graphql-query-complexity/cjs';
import { estimateIntrospection } from './introspection-cost.ts';

export type Variables = Record<string, unknown>;
export type CostOf = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
) => number;

/**
 * The sum of the costs of an operation's fields, those that its variables skip left out.
 *
 * @throws GraphQLError for an argument that its variable does not fit: null, where the argument takes none
 */
export function createCostOf(schema: GraphQLSchema): CostOf {
  const typeInfo = new TypeInfo(schema);
  const estimators = [estimateIntrospection(schema), estimateField];
  const last = new WeakMap<OperationDefinitionNode, { key: string; cost: number }>();

  return (document, operation, variables) => {
    // Apollo keeps documents, and clients send the same ones with the same page size: then the cost is known.
    const key = JSON.stringify(
      operation.variableDefinitions?.map(({ variable }) => decisive(variables[variable.name.value])),
    );
    const known = last.get(operation);
    if (known && known.key === key) return known.cost;

    const context = new ValidationContext(schema, document, typeInfo, (error) => {
      throw error;
    });
    const rule = createComplexityRule({ estimators, variables, maximumComplexity: Number.MAX_VALUE });
    const counted = rule(context);
    counted.onOperationDefinitionEnter(operation);
    const cost = Math.ceil(counted.complexity);
    last.set(operation, { key, cost });
    return cost;
  };
}

/** Only numbers, booleans, null and what is left out can change a cost. */
function decisive(value: unknown): unknown {
  if (value === undefined) return 'left out';
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : 'any';
}

/** The `complexity` of a field is a number to add to what is inside it, or a function. */
const estimateField: ComplexityEstimator = (field) => {
  const { complexity = 1 } = field.field.extensions;
  return typeof complexity === 'function' ? complexity(field) : field.childComplexity + Number(complexity);
};
