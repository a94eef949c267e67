import type { ApolloServerOptions } from '@apollo/server';
import type { RequestContext } from '../../tickets/request-context.ts';
import { depthLimit } from './depth-limit.rule.ts';

/**
 * Limits of one operation. The largest operation of docs/clients.md and the introspection query of GraphiQL stay below half
 * of each limit. docs/decisions/015-query-limits.md has the figures.
 */

/**
 * Lexical tokens of a document. Validation takes quadratic time, since it compares fields of the same name in pairs.
 * The worst document of this length takes about 25 ms.
 */
export const MAX_TOKENS = 1_000;

/** Levels of nested selection sets, fragments included. GraphiQL's introspection query has 18. */
export const MAX_DEPTH = 40;

/**
 * The sum of the costs of all fields, multiplied by the lengths of lists. A cost of 1 is about 5 microseconds of the
 * event loop, so one operation may block it for 50 ms. A field costs 1 unless it declares a `complexity`.
 */
export const MAX_COST = 10_000;

/** More errors would not help the client. */
const MAX_ERRORS = 5;

/**
 * The limits that Apollo and graphql-js enforce before execution.
 *
 * @param locations whether errors have locations. Computing one takes a scan of all lines before it: 240 locations in a
 * document of 45,000 empty lines take 60 ms. Syntax errors always have their one location.
 */
export function queryLimits(locations: boolean) {
  return {
    parseOptions: { maxTokens: MAX_TOKENS, noLocation: !locations },
    validationOptions: { maxErrors: MAX_ERRORS },
    validationRules: [depthLimit(MAX_DEPTH)],
    // A document with its fragments expanded may be as long as one without fragments.
    maxRecursiveSelections: MAX_TOKENS,
  } satisfies Partial<ApolloServerOptions<RequestContext>>;
}
