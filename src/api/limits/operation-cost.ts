import {
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  TypeInfo,
  ValidationContext,
} from 'graphql';
// The ES modules of the package load a second copy of graphql, which rejects types of the first. This path to its
// CommonJS modules is the only one that both Node and vitest can import.
import { type ComplexityEstimator, createComplexityRule } from 'graphql-query-complexity/cjs';
import { estimateIntrospection } from './introspection-cost.ts';

export type Variables = Record<string, unknown>;
export type CostOf = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
) => number;

/**
 * Computes the sum of the costs of an operation's fields, without those that @skip and @include leave out.
 *
 * @throws GraphQLError if a variable is null and its argument is not nullable
 */
export function createCostOf(schema: GraphQLSchema): CostOf {
  const typeInfo = new TypeInfo(schema);
  const estimators = [estimateIntrospection(schema), estimateField];
  const last = new WeakMap<OperationDefinitionNode, { key: string; cost: number }>();

  return (document, operation, variables) => {
    // Cached: Apollo keeps parsed documents, and clients send the same ones with the same page size.
    const key = JSON.stringify(
      operation.variableDefinitions?.map(({ variable }) => costFactor(variables[variable.name.value])),
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

/** The part of a value that can change the cost: a number, a boolean, null, or whether it is missing. */
function costFactor(value: unknown): unknown {
  if (value === undefined) return 'left out';
  return value === null || typeof value === 'number' || typeof value === 'boolean' ? value : 'any';
}

/** The `complexity` of a field is a number that is added to the cost of its children, or a function. */
const estimateField: ComplexityEstimator = (field) => {
  const { complexity = 1 } = field.field.extensions;
  return typeof complexity === 'function' ? complexity(field) : field.childComplexity + Number(complexity);
};
