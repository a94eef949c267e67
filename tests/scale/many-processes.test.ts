import { createHash } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancellationAttempts, refunds } from '../../src/platform/db/tables/index.ts';
import { givenTickets, type TicketToCancel } from '../faults/given-tickets.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import type { UsherProcess } from '../support/usher-process.ts';
import { ask, askOperation, cancel } from './ask.ts';
import { expectOnce, untilSettled } from './expect-once.ts';
import { type Stage, setTheStage } from './stage.ts';

/** Three APIs and two workers of the real program, which share only the database. */
const LIMIT = 5;

let database: TestDatabase;
let stage: Stage;
let apis: string[];
let workers: UsherProcess[];
let tickets: TicketToCancel[];
beforeAll(async () => {
  database = await createTestDatabase();
  // The last one is below the minimum of the payment provider.
  tickets = (await givenTickets(database.db, 31, 1)).slice(0, 30);
  stage = await setTheStage();
  const more = { CANCEL_ATTEMPTS_PER_HOUR: String(LIMIT) };
  apis = await Promise.all([1, 2, 3].map(() => stage.startApi(database.url, more)));
  workers = await Promise.all([1, 2].map(() => stage.startWorker(database.url)));
});
afterAll(async () => {
  await stage.close();
  await database.close();
});

const taken = () => tickets.shift() ?? { id: 'none', userId: 'nobody', paymentId: '' };
const attemptsOf = (userId: string) =>
  database.db.$count(cancellationAttempts, eq(cancellationAttempts.userId, userId));
const refundsOf = (ticketId: string) =>
  database.db.select().from(refunds).where(eq(refunds.ticketId, ticketId));

it('counts the calls of a viewer across processes', async () => {
  const { id, userId } = taken();
  const again = await Promise.all(
    [...apis, ...apis, ...apis].map((api) => cancel(api, userId, { id, expectedRefund: '0.01' })),
  );
  const outcomes = again.map(({ outcome }) => outcome).sort();
  expect(outcomes).toEqual([...Array(LIMIT).fill('QuoteChanged'), ...Array(9 - LIMIT).fill('RATE_LIMITED')]);
  for (const api of apis) expect((await cancel(api, userId, { id })).outcome).toBe('RATE_LIMITED');
  taken();
});

it('executes calls with one idempotency key once, and returns the same result from every process', async () => {
  const { id, userId } = taken();
  const call = { id, idempotencyKey: 'the same on all' };
  const atOnce = await Promise.all(apis.map((api) => cancel(api, userId, call)));
  const [first] = atOnce;
  expect(first?.outcome).toBe('TicketCancelled');
  const attempts = await attemptsOf(userId);
  const replays = await Promise.all(apis.map((api) => cancel(api, userId, call)));
  expect([...atOnce, ...replays]).toEqual(Array(6).fill(first));
  expect(await attemptsOf(userId)).toBe(attempts);
  expect(await refundsOf(id)).toHaveLength(1);

  const other = taken();
  expect((await cancel(apis[0] ?? '', userId, { ...call, id: other.id })).outcome).toBe('BAD_USER_INPUT');
});

it('cancels a ticket once if all processes cancel it concurrently', async () => {
  for (let round = 1; round <= 5; round += 1) {
    const { id, userId } = taken();
    const outcomes = (await Promise.all(apis.map((api) => cancel(api, userId, { id })))).map(
      (one) => one.outcome,
    );
    expect(outcomes.sort()).toEqual(['InvalidStatus', 'InvalidStatus', 'TicketCancelled']);
    expect(await refundsOf(id)).toHaveLength(1);
    taken();
  }
});

it('shows the changes of one process on all others', async () => {
  const { id, userId } = taken();
  const [first = '', ...others] = apis;
  expect((await cancel(first, userId, { id })).outcome).toBe('TicketCancelled');
  for (const api of others) {
    const { data } = await ask(api, userId, `{ ticket(id: "${id}") { status } }`);
    expect(data).toEqual({ ticket: { status: 'CANCELLED' } });
  }
});

it('lets clients register an operation at each process that does not know it', async () => {
  const query = '{ myTickets(first: 1) { totalCount } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const { userId } = taken();
  const send = async (api: string, text?: string) =>
    (await askOperation(api, userId, { query: text, extensions })).errors?.[0]?.extensions.code ?? 'OK';
  for (const api of apis) {
    expect(await send(api)).toBe('PERSISTED_QUERY_NOT_FOUND');
    expect(await send(api, query)).toBe('OK');
  }
  for (const api of apis) expect(await send(api)).toBe('OK');
  taken();
});

it('makes each refund and sends each message once, with two workers', async () => {
  const toCancel = tickets.splice(0, 6);
  const { origin } = stage.balancer;
  const outcomes = await Promise.all(toCancel.map(({ id, userId }) => cancel(origin, userId, { id })));
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(toCancel.map(() => 'TicketCancelled'));
  await untilSettled(database.db);
  await expectOnce(database.db, stage);
});

it('continues with one worker after the other is killed', async () => {
  workers[0]?.child.kill('SIGKILL');
  await workers[0]?.exit;
  const { origin } = stage.balancer;
  for (const { id, userId } of tickets.splice(0, 6))
    expect((await cancel(origin, userId, { id })).outcome).toBe('TicketCancelled');
  await untilSettled(database.db);
  await expectOnce(database.db, stage);
});

it('all processes stop gracefully', async () => {
  expect(await stage.stopAll()).toEqual([]);
});
