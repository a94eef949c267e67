import type { ApolloServerOptions } from '@apollo/server';
import type { RequestContext } from '../../tickets/request-context.ts';
import { depthLimit } from './depth-limit.rule.ts';

/**
 * What one operation may ask for. The largest example of docs/clients.md and GraphiQL's introspection query stay below
 * half of each limit; docs/decisions/015-query-limits.md has the figures.
 */

/**
 * Names, numbers and punctuation marks of a document. Validation compares fields of one name in pairs: the worst
 * document of this length takes about 25 ms.
 */
export const MAX_TOKENS = 1_000;

/** Selection sets inside each other, those of fragments too. GraphiQL's introspection query has 18. */
export const MAX_DEPTH = 40;

/**
 * The sum of the costs of all fields, lists multiplied. A cost of 1 is about 5 microseconds of the event loop, so this
 * is what one request may hold it: 50 ms. A field costs 1 unless a `complexity` stands beside it.
 */
export const MAX_COST = 10_000;

/** A document that is wrong in more places is no mistake: the first ones say enough. */
const MAX_ERRORS = 5;

/**
 * The limits that Apollo and graphql-js keep themselves, before anything is executed.
 *
 * @param locations whether errors name places in the document. Each is found by counting all lines before it: 240
 * places in a document of 45,000 empty lines take 60 ms. A syntax error, which has one place, always names it.
 */
export function queryLimits(locations: boolean) {
  return {
    parseOptions: { maxTokens: MAX_TOKENS, noLocation: !locations },
    validationOptions: { maxErrors: MAX_ERRORS },
    validationRules: [depthLimit(MAX_DEPTH)],
    // With its fragments written out, a document is as long as one without may be.
    maxRecursiveSelections: MAX_TOKENS,
  } satisfies Partial<ApolloServerOptions<RequestContext>>;
}
