import 'reflect-metadata';
import type { GraphQLSchema } from 'graphql';
import { buildSchema as buildTypeGraphQLSchema } from 'type-graphql';
import { applyAccessRules } from '../access/apply-access-rules.ts';
import { CancelTicketResolver } from '../cancellation/cancel-ticket.resolver.ts';
import {
  CancellationNotAllowed,
  InvalidStatus,
  QuoteChanged,
  TicketCancelled,
} from '../cancellation/cancel-ticket-result.type.ts';
import { MyTicketsResolver } from '../tickets/my-tickets.resolver.ts';
import { TicketResolver } from '../tickets/ticket.resolver.ts';

/** The whole executable schema, access rules included. */
export async function buildSchema(): Promise<GraphQLSchema> {
  const schema = await buildTypeGraphQLSchema({
    resolvers: [TicketResolver, MyTicketsResolver, CancelTicketResolver],
    orphanedTypes: [TicketCancelled, CancellationNotAllowed, InvalidStatus, QuoteChanged],
    validate: false,
  });
  return applyAccessRules(schema);
}
