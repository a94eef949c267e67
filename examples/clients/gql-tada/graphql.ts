import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './generated/graphql-env.d.ts';

/** Types of operations come from their text alone; generate.ts writes those of the schema. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  // Amounts are decimals: as numbers they would be rounded. A scalar that is missing here is unknown.
  scalars: { Date: string; DateTime: string; Decimal: string };
}>();
