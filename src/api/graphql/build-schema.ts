import 'reflect-metadata';
import { type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';
import { buildSchema as buildTypeGraphQLSchema } from 'type-graphql';
import { CancelTicketResolver } from '../../cancellation/cancel-ticket.resolver.ts';
import {
  CancellationNotAllowed,
  InvalidStatus,
  QuoteChanged,
  TicketCancelled,
} from '../../cancellation/cancel-ticket-result.type.ts';
import { MyTicketsResolver } from '../../tickets/my-tickets.resolver.ts';
import { TicketResolver } from '../../tickets/ticket.resolver.ts';
import { applyAccessRules } from '../access/apply-access-rules.ts';

/** The whole executable schema, access rules included. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const schema = await buildTypeGraphQLSchema({
    resolvers: [TicketResolver, MyTicketsResolver, CancelTicketResolver],
    orphanedTypes: [TicketCancelled, CancellationNotAllowed, InvalidStatus, QuoteChanged],
    validate: false,
  });
  return readingPlainly(applyAccessRules(schema));
}

/**
 * Below the root fields every field is read as a property of its object: type-graphql's wrapper around that takes
 * longer than the reading, and graphql-jit compiles what has no resolver.
 */
function readingPlainly(schema: GraphQLSchema): GraphQLSchema {
  const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || roots.has(type)) continue;
    for (const field of Object.values(type.getFields())) delete field.resolve;
  }
  return schema;
}
