import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signToken } from '../../src/api/auth/sign-token.ts';
import { allowForRealProcesses } from '../support/patiently.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { runUsher } from '../support/usher-process.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

allowForRealProcesses();

const TOKENS = { secret: 'a secret of the tests that is long enough', issuer: 'tests', audience: 'usher' };
const CLIENTS = 8;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenTicket(database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
});
afterAll(() => database.close());

it('an API that is told to stop under load turns not ready, answers every request, and exits with 0', async () => {
  const usher = runUsher('src/main.ts', [], {
    NODE_ENV: 'production',
    ROLE: 'api',
    PORT: '0',
    METRICS_PORT: '0',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    JWT_SECRET: TOKENS.secret,
    JWT_ISSUER: TOKENS.issuer,
    JWT_AUDIENCE: TOKENS.audience,
    PUBLIC_URL: 'https://usher.example.com',
    RAZORPAY_WEBHOOK_SECRET: 'a secret',
    REQUESTS_AT_ONCE: '100',
    DRAIN_SECONDS: '2',
  });
  await usher.until(/listens on http:[^\s"]+"/);
  const origin = /http:[^\s"]+/.exec(usher.output())?.[0] ?? '';
  const authorization = `Bearer ${await signToken('user-asha', TOKENS.secret, TOKENS)}`;

  let isReady = true;
  const answers: unknown[] = [];
  /** Sends one request after the other for as long as a load balancer would. */
  async function client(): Promise<void> {
    while (isReady) {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: '{"query":"{ ticket(id: \\"TKT-1\\") { id } }"}',
      });
      answers.push(await response.json());
    }
  }
  async function loadBalancer(): Promise<void> {
    while (isReady) {
      await sleep(50);
      isReady = (await fetch(`${origin}/readyz`)).ok;
    }
  }
  const load = Promise.all([loadBalancer(), ...Array.from({ length: CLIENTS }, client)]);
  while (answers.length < 100) await sleep(10);
  usher.child.kill('SIGTERM');
  await load;
  expect(await usher.exit).toBe(0);
  expect(answers.filter((answer) => JSON.stringify(answer) !== '{"data":{"ticket":{"id":"TKT-1"}}}')).toEqual(
    [],
  );
});
