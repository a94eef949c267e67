import 'reflect-metadata';
import { defaultFieldResolver, type GraphQLSchema, isIntrospectionType, isObjectType } from 'graphql';
import { buildSchema as buildTypeGraphQLSchema } from 'type-graphql';
import { CancelSeatsResolver } from '../../cancellation/cancel-seats.resolver.ts';
import {
  PartialNotAllowed,
  SeatsCancelled,
  SeatsUnavailable,
} from '../../cancellation/cancel-seats-result.type.ts';
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

/** Builds the executable schema, with the access rules. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const schema = await buildTypeGraphQLSchema({
    resolvers: [TicketResolver, MyTicketsResolver, CancelTicketResolver, CancelSeatsResolver],
    orphanedTypes: [
      TicketCancelled,
      SeatsCancelled,
      CancellationNotAllowed,
      InvalidStatus,
      QuoteChanged,
      PartialNotAllowed,
      SeatsUnavailable,
    ],
    validate: false,
  });
  return withoutFieldResolvers(applyAccessRules(schema));
}

/**
 * Removes the resolvers of all fields but the root fields, so that each is read as a property. type-graphql's resolver
 * does the same more slowly, and graphql-jit inlines only fields without a resolver. A field with arguments is a
 * function of them, which the default resolver calls.
 */
function withoutFieldResolvers(schema: GraphQLSchema): GraphQLSchema {
  const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType()]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type) || roots.has(type)) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.args.length > 0) field.resolve = defaultFieldResolver;
      else delete field.resolve;
    }
  }
  return schema;
}
