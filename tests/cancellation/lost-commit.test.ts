import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DatabaseConnection, openDatabase } from '../../src/platform/db/database.ts';
import { cancellationAttempts, refunds } from '../../src/platform/db/tables/index.ts';
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

it('a cancellation whose COMMIT is done but whose answer is lost is told again under its key', async () => {
  // The first COMMIT is the attempt's, the second the cancellation's.
  proxy.resetAtAnswer('COMMIT', 2);
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

it.each(['update "payments"', 'insert into "refunds"', 'graphile_worker.add_job'])(
  'a connection that is lost at "%s" leaves nothing, and the next call succeeds',
  async (statement) => {
    proxy.resetAt(statement);
    expect((await api.send(CANCEL)).errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(await database.db.select().from(refunds)).toEqual([]);
    expect((await api.send(CANCEL)).data.cancelTicket.__typename).toBe('TicketCancelled');
  },
);
