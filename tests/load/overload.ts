import { signToken } from '../../src/api/auth/sign-token.ts';
import { autocannon, type Client, type Request } from '../bench/autocannon.ts';
import { TOKENS } from '../faults/environments.ts';
import type { Findings } from '../faults/findings.ts';
import type { TicketToCancel } from '../faults/given-tickets.ts';
import type { Stage } from '../faults/stage.ts';
import { toTable } from '../security/part.ts';
import { footprintOf } from './footprint.ts';

const CONNECTIONS = [20, 100, 400, 1_000];
const QUERY =
  '{ myTickets { nodes { id status seatNumbers totalAmount { amount } show { movie { name } startTime } } } }';

interface Answers {
  admitted: number[];
  refused: number[];
}

/**
 * Asks for lists over more and more connections, and prints what those who were let in and those who were not had to
 * wait for. Every answer has to be a list, or a 503 that says when to come again.
 */
export async function overload(stage: Stage, tickets: TicketToCancel[], seconds: number): Promise<string> {
  const { origin, findings, database } = stage;
  const users = [...new Set(tickets.map(({ userId }) => userId))];
  const tokens = await Promise.all(users.map((user) => signToken(user, TOKENS.secret, TOKENS)));
  const rows: (string | number)[][] = [];
  for (const connections of CONNECTIONS) {
    const { admitted, refused } = await load(origin, tokens, connections, seconds, findings);
    if (admitted.length === 0) findings.broken(`nobody was let in at ${connections} connections`);
    const { memory } = await footprintOf(stage.api.pid(), database.sql, 'usher_api');
    rows.push([
      `${connections} connections`,
      Math.round(admitted.length / seconds),
      at(admitted, 0.5),
      at(admitted, 0.99),
      Math.round(refused.length / seconds),
      at(refused, 0.5),
      at(refused, 0.99),
      Math.round(memory),
    ]);
  }
  const heads = ['', 'let in/s', 'p50 ms', 'p99 ms', 'refused/s', 'p50 ms', 'p99 ms', 'MB'];
  return toTable(heads, rows);
}

function load(
  origin: string,
  tokens: string[],
  connections: number,
  seconds: number,
  findings: Findings,
): Promise<Answers> {
  const answers: Answers = { admitted: [], refused: [] };
  let connection = 0;
  return new Promise((resolve) => {
    const instance = autocannon(
      {
        url: `${origin}/graphql`,
        connections,
        duration: seconds,
        timeout: 20,
        setupClient: (client: Client) => {
          const token = tokens[connection % tokens.length];
          connection += 1;
          const request: Request = {
            method: 'POST',
            path: '/graphql',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
            body: JSON.stringify({ query: QUERY }),
          };
          client.setRequests([request]);
        },
        verifyBody: (body) => {
          const text = String(body);
          const right =
            /^\{"data":\{"myTickets":\{"nodes":\[\{/.test(text) || /"SERVICE_UNAVAILABLE"/.test(text);
          if (!right) findings.broken(`overload: ${text.slice(0, 200)}`);
          return right;
        },
      },
      () => resolve(answers),
    );
    instance.on('response', (_client, status, _bytes, milliseconds) => {
      if (status === 200) answers.admitted.push(milliseconds);
      else if (status === 503) answers.refused.push(milliseconds);
      else findings.broken(`overload: HTTP status ${status}`);
    });
    instance.on('reqError', (error: Error) => findings.broken(`overload: ${error}`));
  });
}

function at(values: number[], part: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)]?.toFixed(0) ?? '';
}
