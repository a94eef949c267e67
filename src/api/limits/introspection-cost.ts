import {
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { ComplexityEstimator } from 'graphql-query-complexity/cjs';

/** How many list and non-null types wrap an average type reference: `[Ticket!]!` has three. */
const WRAPPED_TYPES = 0.5;

/**
 * Estimates the cost of introspection fields. Each list of an introspection type counts with its average length in this
 * schema, so the total is about right.
 */
export function estimateIntrospection(schema: GraphQLSchema): ComplexityEstimator {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) =>
    isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [],
  );
  const total = (count: (type: (typeof types)[number]) => number) =>
    types.reduce((sum, type) => sum + count(type), 0);
  const averages: Record<string, number> = {
    types: types.length,
    fields: fields.length / types.length,
    args: fields.reduce((sum, { args }) => sum + args.length, 0) / fields.length,
    inputFields:
      total((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)) / types.length,
    enumValues: total((type) => (isEnumType(type) ? type.getValues().length : 0)) / types.length,
    interfaces: total((type) => (isObjectType(type) ? type.getInterfaces().length : 0)) / types.length,
    possibleTypes:
      total((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0)) / types.length,
    directives: schema.getDirectives().length,
    ofType: WRAPPED_TYPES,
  };
  return ({ type, field, childComplexity }) =>
    type.name.startsWith('__') ? 1 + (averages[field.name] ?? 1) * childComplexity : undefined;
}
