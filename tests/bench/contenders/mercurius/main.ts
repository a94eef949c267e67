import { readFile } from 'node:fs/promises';
import fastify from 'fastify';
import mercurius from 'mercurius';
import { cancelTicket } from '../cancel-ticket.ts';
import { environment } from '../environment.ts';
import { money } from '../shape.ts';
import { verifyToken } from '../verify-token.ts';
import { loaders } from './loaders.ts';
import { listTickets, readTicket } from './read-tickets.ts';

declare module 'mercurius' {
  interface MercuriusContext {
    userId: string | null;
  }
}

/** Mercurius with JIT and Usher's schema. Its loaders read other tables with prepared SQL. */
const plain = { serialize: (value: unknown) => value };

const app = fastify();
await app.register(mercurius, {
  schema: await readFile('schema.graphql', 'utf8'),
  jit: 1,
  graphiql: false,
  context: (request) => ({ userId: verifyToken(request.headers.authorization) }),
  resolvers: {
    DateTime: plain as never,
    Decimal: plain as never,
    CancelTicketResult: { resolveType: () => 'TicketCancelled' },
    Query: {
      myTickets: (_root, { first, after }, { userId }) =>
        listTickets(signedIn(userId), first ?? 20, after ?? null),
      ticket: (_root, { id }, { userId }) => readTicket(signedIn(userId), id),
    },
    Mutation: {
      cancelTicket: async (_root, { id, idempotencyKey }, { userId }) => {
        const { facts, quote } = await cancelTicket(signedIn(userId), id, idempotencyKey);
        return {
          message: 'Ticket cancelled successfully',
          ticketId: id,
          status: 'CANCELLED',
          refund: {
            originalAmount: money(facts.total_amount),
            refundAmount: money(quote.refund),
            cancellationFee: money(quote.fee),
            refundStatus: 'PROCESSING',
            refundEta: `${facts.eta_min_business_days}-${facts.eta_max_business_days} business days`,
          },
          cancelledAt: facts.now,
        };
      },
    },
  },
  loaders,
});
await app.listen({ port: environment.port, host: '127.0.0.1' });

function signedIn(userId: string | null): string {
  if (userId === null) throw new Error('Sign in.');
  return userId;
}
