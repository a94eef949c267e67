import { createServer, type IncomingMessage } from 'node:http';
import { environment } from '../environment.ts';
import { verifyToken } from '../verify-token.ts';
import { answerCancel } from './answer-cancel.ts';
import { answerDetails } from './answer-details.ts';
import { answerEverything } from './answer-everything.ts';
import { answerList } from './answer-list.ts';
import { answerByAmount, answerCancelled, answerCount, answerPast, answerUpcoming } from './answer-shapes.ts';

/**
 * The baseline: node:http, one prepared statement per operation, hand-written responses. It serves only the operations
 * below.
 */
type Variables = { first?: number; last?: number; after?: string; id: string; key: string };

const OPERATIONS: Record<string, (userId: string, variables: Variables) => Promise<object>> = {
  MyTickets: (userId, { first = 20, after }) => answerList(userId, first, after ?? null),
  TicketDetails: (userId, { id }) => answerDetails(userId, id, false),
  TicketDetailsWithQr: (userId, { id }) => answerDetails(userId, id, true),
  Everything: (userId, { first = 20 }) => answerEverything(userId, first),
  ByAmount: (userId, { last = 20 }) => answerByAmount(userId, last),
  Cancelled: (userId, { first = 20 }) => answerCancelled(userId, first),
  Count: (userId) => answerCount(userId),
  Upcoming: (userId, { first = 20 }) => answerUpcoming(userId, first),
  Past: (userId, { first = 20, after = '' }) => answerPast(userId, first, after),
  Cancel: (userId, { id, key }) => answerCancel(userId, id, key),
};

async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
  const userId = verifyToken(request.headers.authorization);
  if (userId === null) return [401, { errors: [{ message: 'The token is invalid.' }] }];
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { operationName, variables } = JSON.parse(Buffer.concat(chunks).toString());
  const operation = OPERATIONS[operationName];
  if (!operation) return [400, { errors: [{ message: 'There is no such operation.' }] }];
  return [200, { data: await operation(userId, variables) }];
}

createServer((request, response) => {
  answer(request)
    .catch((error: unknown): [number, object] => [500, { errors: [{ message: String(error) }] }])
    .then(([status, body]) => {
      const text = JSON.stringify(body);
      response.writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    });
}).listen(environment.port, '127.0.0.1');
