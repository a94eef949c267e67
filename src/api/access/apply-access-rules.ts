import type { GraphQLSchema } from 'graphql';
import { applyMiddleware } from 'graphql-middleware';
import { chain, shield } from 'graphql-shield';
import { denied, isSignedIn, ownsTicket, ownsTicketOfSeats, ownsTicketToCancel } from './rules.ts';

/**
 * The rule of each root field. A field without a rule is denied. `chain` checks rules sequentially. Rules only read.
 */
export const ROOT_FIELD_RULES = {
  Query: {
    myTickets: isSignedIn,
    ticket: chain(isSignedIn, ownsTicket),
  },
  Mutation: {
    cancelTicket: chain(isSignedIn, ownsTicketToCancel),
    cancelSeats: chain(isSignedIn, ownsTicketOfSeats),
  },
};

/** Applies the rules to the root fields only: a viewer who passes them owns everything below. */
export function applyAccessRules(schema: GraphQLSchema): GraphQLSchema {
  const rules = shield(ROOT_FIELD_RULES, { fallbackRule: denied, allowExternalErrors: true });
  const { Query, Mutation } = rules.generate(schema) as Record<keyof typeof ROOT_FIELD_RULES, object>;
  return applyMiddleware(schema, { Query, Mutation });
}
