import type { GraphQLSchema } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { chain, shield } from 'graphql-shield';
import { denied, isSignedIn, ownsTicket } from './rules.ts';

/** Who may call what. A root field that is not here is denied. `chain` checks one rule after the other. Rules only read. */
export const ROOT_FIELD_RULES = {
  Query: {
    myTickets: isSignedIn,
    ticket: chain(isSignedIn, ownsTicket),
  },
  Mutation: {
    cancelTicket: chain(isSignedIn, ownsTicket),
  },
};

/** Puts the rules before the root fields, and only there: whoever gets past them owns what lies below. */
export function applyAccessRules(schema: GraphQLSchema): GraphQLSchema {
  const rules = shield(ROOT_FIELD_RULES, { fallbackRule: denied, allowExternalErrors: true });
  const { Query, Mutation } = rules.generate(schema) as Record<keyof typeof ROOT_FIELD_RULES, object>;
  return applyMiddleware(schema, { Query, Mutation });
}
