import autocannon, { type Client, type Request } from 'autocannon';
import type { LoadOrder, LoadResult } from './load.ts';
import { OPERATIONS } from './operations.ts';

/** The load generator, a separate process: runs each order that it receives and reports the result. */
process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result));
});

function run(order: LoadOrder): Promise<LoadResult> {
  const { origin, operation, requests, connections, seconds, once, expect } = order;
  const query = OPERATIONS[operation];
  const latencies: number[] = [];
  let answers = 0;
  let failures = 0;
  let firstFailure: string | null = null;
  const fail = (what: string) => {
    failures += 1;
    firstFailure ??= what.slice(0, 500);
  };
  let connection = 0;
  return new Promise((resolve) => {
    const answered = new WeakSet<Client>();
    const instance = autocannon(
      {
        url: `${origin}/graphql`,
        connections,
        duration: seconds,
        // The requests are distributed over the connections as below.
        ...(once && { maxOverallRequests: requests.length }),
        timeout: 30,
        // No two connections share a request, because a ticket can be cancelled only once.
        setupClient: (client: Client) => {
          const first = connection;
          connection += 1;
          const own = requests.filter((_, index) => index % connections === first);
          client.setRequests(
            own.map(
              ({ token, variables }): Request => ({
                method: 'POST',
                path: '/graphql',
                headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
                body: JSON.stringify({ operationName: operation, query, variables }),
              }),
            ),
          );
        },
        verifyBody: (body) => {
          const text = String(body);
          const right = text.includes(expect) && !text.includes('"errors"');
          if (!right) fail(text);
          return right;
        },
      },
      () => {
        latencies.sort((a, b) => a - b);
        const at = (part: number) => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
        resolve({
          answers,
          seconds: ((once ? lastAnswer : performance.now()) - start) / 1_000,
          p50: at(0.5),
          p99: at(0.99),
          failures,
          firstFailure,
        });
      },
    );
    // The requests of all connections are prepared by now.
    const start = performance.now();
    let lastAnswer = start;
    instance.on('response', (client, statusCode, _bytes, milliseconds) => {
      lastAnswer = performance.now();
      answers += 1;
      // Skip the first request of a connection: it began while this process still prepared the others.
      if (answered.has(client)) latencies.push(milliseconds);
      else answered.add(client);
      if (statusCode !== 200) fail(`HTTP status ${statusCode}`);
    });
    instance.on('reqError', (error: Error) => fail(String(error)));
  });
}
