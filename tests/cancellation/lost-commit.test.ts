import { sql } from 'drizzle-orm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findDueNotifications } from '../../src/notifications/find-due-notifications.ts';
import { systemClock } from '../../src/platform/db/clock.ts';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { cancellationAttempts, refunds } from '../../src/platform/db/tables/index.ts';
import { findDueRefunds } from '../../src/refunds/find-refunds.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

let database: TestDatabase;
let proxy: TcpProxy;
let throughProxy: DatabaseConnection;
let api: TestApi;
beforeEach(async () => {
  database = await createTestDatabase();
  await givenCatalogue(database.db);
  await givenTicket(database.db, { id: 'TKT-1', showStart: new Date(Date.now() + 6 * HOUR) });
  proxy = await startTcpProxy(database.url);
  throughProxy = openDatabase({ url: proxy.url, poolSize: 5 });
  api = await startTestApi({ database: { ...database, db: throughProxy.db } });
});
afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual([]);
  await api.close();
  await throughProxy.close();
  await proxy.close();
  await database.close();
});

const CANCEL = `mutation { cancelTicket(id: "TKT-1", idempotencyKey: "k", expectedRefund: "333.00") {
  __typename message refund { id refundAmount { amount } } cancelledAt } }`;

it('a retry with the key returns a cancellation that was committed but whose response was lost', async () => {
  proxy.resetAtAnswer('COMMIT', 1);
  const lost = await api.send(CANCEL);
  expect(lost.data).toEqual({ cancelTicket: null });
  expect(lost.errors?.[0]?.extensions).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 2 });

  const [refund] = await database.db.select().from(refunds);
  expect(refund).toMatchObject({ refundAmount: 33_300n });
  const again = await api.send(CANCEL);
  expect(again.data.cancelTicket).toEqual({
    __typename: 'TicketCancelled',
    message: 'Ticket cancelled successfully',
    refund: { id: refund?.id, refundAmount: { amount: '333.00' } },
    cancelledAt: refund?.requestedAt.toISOString(),
  });
  expect(await database.db.select().from(refunds)).toHaveLength(1);
  expect(await database.db.select().from(cancellationAttempts)).toHaveLength(1);
});

it.each([
  'from "users"',
  'update "payments"',
  'insert into "refunds"',
  'insert into "cancellation_attempts"',
])(
  'a connection lost at "%s" leaves nothing, not even an attempt, and the next call succeeds',
  async (statement) => {
    proxy.resetAt(statement);
    expect((await api.send(CANCEL)).errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(await database.db.select().from(refunds)).toEqual([]);
    expect(await database.db.select().from(cancellationAttempts)).toEqual([]);
    expect((await api.send(CANCEL)).data.cancelTicket.__typename).toBe('TicketCancelled');
  },
);

it('a connection lost while jobs are queued affects neither the response nor the rows that sweeps read', async () => {
  proxy.resetAt('graphile_worker.add_jobs');
  expect((await api.send(CANCEL)).data.cancelTicket.__typename).toBe('TicketCancelled');
  await api.jobs.flush();
  expect(await database.db.execute(sql`select from graphile_worker._private_jobs`)).toHaveLength(0);
  expect(await findDueRefunds(database.db, systemClock, 10)).toHaveLength(1);
  expect(await findDueNotifications(database.db, systemClock, 10)).toHaveLength(1);
});
