import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notifications, refunds, tickets } from '../../src/platform/db/tables/index.ts';
import { apiEnvironment, workerEnvironment } from '../faults/environments.ts';
import { givenTickets, type TicketToCancel } from '../faults/given-tickets.ts';
import { until } from '../faults/until.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { runBuilt, runBuiltCommand } from '../support/usher-process.ts';
import { givenShow, givenTicket, HOUR } from '../support/world.ts';
import { ask, cancel } from './ask.ts';
import { expectOnce, untilSettled } from './expect-once.ts';
import { type Stage, setTheStage } from './stage.ts';

/** The built program in production mode, with roles that own nothing and have the rights of ops/grants.sql. */

const ROLES = ['usher_api', 'usher_worker'] as const;

let database: TestDatabase;
let stage: Stage;
let sold: TicketToCancel[];
let [apiUrl, workerUrl] = ['', ''];
let owner: postgres.Sql;
const asOwner = async (statements: string) => [...(await owner.unsafe(statements))];

beforeAll(async () => {
  database = await createTestDatabase();
  owner = postgres(database.url, { max: 1, onnotice: () => {} });
  sold = (await givenTickets(database.db, 5, 1)).slice(0, 4);
  const showStart = new Date(Date.now() + 24 * HOUR);
  const held = { id: 'TKT-HELD', userId: 'user-1', status: 'PENDING_PAYMENT', showStart } as const;
  await givenShow(database.db, 'show-held', showStart);
  await givenTicket(database.db, { ...held, showId: 'show-held', bookingTime: new Date(Date.now() - HOUR) });
  const migrated = runBuiltCommand('migrate', [], { NODE_ENV: 'production', DATABASE_URL: database.url });
  expect(await migrated.exit).toBe(0);
  expect(migrated.output()).toMatch(/^\S+ is up to date: a production database\.\n$/);

  for (const role of ROLES) await asOwner(`create role ${role} login password 'secret'`);
  await asOwner(await readFile('ops/grants.sql', 'utf8'));
  [apiUrl = '', workerUrl = ''] = ROLES.map(
    (username) => Object.assign(new URL(database.url), { username, password: 'secret' }).href,
  );
  stage = await setTheStage();
  await stage.startApi(apiUrl);
  await stage.startWorker(workerUrl);
});
afterAll(async () => {
  await stage?.close();
  for (const role of ROLES) await asOwner(`drop owned by ${role}; drop role if exists ${role}`);
  await owner.end();
  await database.close();
});

it('list, open, cancel, replay, refund by webhook and notify', async () => {
  const { origin } = stage.balancer;
  for (const { id, userId } of sold) {
    const everything = `{
      myTickets(first: 5, orderBy: { field: SHOW_TIME }) { totalCount nodes { id canCancel seatNumbers } }
      ticket(id: "${id}") {
        status seats { id price { amount } } payment { status } timeline { type } qrCode calendarEvent
        cancellationPolicy { cutoffMinutes } cancellationQuote { refundAmount { amount } }
        show { movie { name } theater { name city } screen { name } seatMap { row number } }
      }
    }`;
    expect(await ask(origin, userId, everything)).toMatchObject({
      data: { ticket: { status: 'CONFIRMED' } },
    });
    const call = { id, idempotencyKey: `key of ${id}` };
    const first = await cancel(origin, userId, call);
    expect(first.outcome).toBe('TicketCancelled');
    expect(await cancel(origin, userId, call)).toEqual(first);
    expect((await cancel(origin, userId, { id })).outcome).toBe('InvalidStatus');
  }
  await untilSettled(database.db);
  await expectOnce(database.db, stage);
  // The worker's second attempt would hide a webhook that the API cannot apply.
  const attempts = (await database.db.select().from(refunds)).map((refund) => refund.attempts);
  expect(attempts).toEqual(sold.map(() => 1));
  expect(await database.db.$count(notifications)).toBeGreaterThan(0);
});

it('expire holds, run the nightly job, and serve operators', async () => {
  await until('the hold has expired', 30, async () => {
    const rows = await database.db.select().from(tickets);
    return rows.find(({ id }) => id === 'TKT-HELD')?.status === 'EXPIRED';
  });
  await asOwner("update webhook_events set received_at = received_at - interval '1 year'");
  await asOwner("select graphile_worker.add_job('reconcile'), graphile_worker.add_job('clean-up')");
  await until('the nightly jobs are done', 30, async () => {
    const [left] = await asOwner('select count(*)::int as jobs from graphile_worker.jobs');
    return left?.jobs === 0;
  });
  const [kept] = await asOwner('select count(*)::int as events from webhook_events');
  expect(kept).toEqual({ events: 0 });

  const operator = { NODE_ENV: 'production', DATABASE_URL: workerUrl };
  const listed = runBuiltCommand('refunds', ['list', '--stuck'], operator);
  expect(await listed.exit).toBe(0);
  expect(listed.output()).toMatch(/^Refunds that are stuck or were made twice: none$/m);
  const retried = runBuiltCommand('refunds', ['retry', 'refund-none'], operator);
  expect([await retried.exit, retried.output()]).toEqual([1, 'There is no refund refund-none.\n']);
});

it.each([
  ['UPDATE on tickets from usher_api', 'revoke update on tickets from usher_api', 'UPDATE on public.tickets'],
  [
    'SELECT on the migrations',
    'revoke usage on schema drizzle from usher_api',
    'SELECT on drizzle.__drizzle_migrations',
  ],
  [
    'the policy of a table',
    'drop policy usher on graphile_worker._private_jobs',
    'a row-level policy on graphile_worker._private_jobs',
  ],
])('without %s, a start fails with one line that names it', async (_what, revoke, missing) => {
  await asOwner(revoke);
  const api = runBuilt({ ...apiEnvironment(apiUrl, 0), LOG_LEVEL: 'info' });
  expect(await api.exit).toBe(1);
  const lines = api
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toEqual([
    expect.objectContaining({
      level: 60,
      msg: `The role usher_api lacks ${missing}. As the owner of the tables, apply ops/grants.sql.`,
    }),
  ]);
  await asOwner(await readFile('ops/grants.sql', 'utf8'));
});

it('a worker without its rights does not start', async () => {
  await asOwner('revoke delete on idempotency_keys from usher_worker');
  const urls = { provider: 'http://127.0.0.1:1', mail: 'smtp://127.0.0.1:1', sms: 'http://127.0.0.1:1' };
  const worker = runBuilt(workerEnvironment(workerUrl, urls));
  expect(await worker.exit).toBe(1);
  expect(worker.output()).toContain('lacks DELETE on public.idempotency_keys.');
});
