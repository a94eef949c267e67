import { request } from 'node:http';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { TOKENS } from '../faults/environments.ts';
import type { GraphQLAnswer } from '../support/test-api.ts';

export function ask(origin: string, userId: string, query: string): Promise<GraphQLAnswer> {
  return askOperation(origin, userId, { query });
}

/** Sends an operation over a new connection, so that each can reach another process. */
export async function askOperation(
  origin: string,
  userId: string,
  operation: object,
): Promise<GraphQLAnswer> {
  const token = await signToken(userId, TOKENS.secret, TOKENS);
  return new Promise((resolve, reject) => {
    const sent = request(`${origin}/graphql`, {
      method: 'POST',
      agent: false,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(JSON.parse(text)));
      response.on('error', reject);
    });
    sent.on('error', reject).end(JSON.stringify(operation));
  });
}

const CANCEL = `mutation ($id: ID!, $expectedRefund: Decimal, $idempotencyKey: String) {
  cancelTicket(id: $id, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
    __typename ticketId status cancelledAt refund { id refundAmount { amount } }
  }
}`;

export interface CancelArguments {
  id: string;
  expectedRefund?: string;
  idempotencyKey?: string;
}

/** Cancels a ticket. Returns the type name of the result or the error code. */
export async function cancel(origin: string, userId: string, given: CancelArguments) {
  const { data, errors } = await askOperation(origin, userId, { query: CANCEL, variables: given });
  const result = data?.cancelTicket ?? null;
  return { outcome: (result?.__typename ?? errors?.[0]?.extensions.code) as string, result };
}
