import { afterAll, beforeAll, expect, it } from 'vitest';
import { cancellationAttempts, idempotencyKeys, webhookEvents } from '../../src/db/tables/index.ts';
import { cleanUp } from '../../src/worker/clean-up.job.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { HOUR } from '../support/world.ts';

const now = new Date('2024-12-15T12:00:00Z');
const ago = (hours: number) => new Date(now.getTime() - hours * HOUR);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

it('removes what no decision looks at any more, and nothing else', async () => {
  const { db } = database;
  const userId = 'user-asha';
  await db.insert(cancellationAttempts).values([
    { userId, id: 'new', attemptedAt: ago(1) },
    { userId, id: 'old', attemptedAt: ago(25) },
  ]);
  await db.insert(idempotencyKeys).values([
    { userId, key: 'new', ticketId: 'TKT-1', createdAt: ago(29 * 24) },
    { userId, key: 'old', ticketId: 'TKT-1', createdAt: ago(31 * 24) },
  ]);
  const event = { userId, refundId: 'refund-1', type: 'refund.processed', receivedAt: now };
  await db.insert(webhookEvents).values([
    { ...event, id: 'new', happenedAt: ago(89 * 24) },
    { ...event, id: 'old', happenedAt: ago(91 * 24) },
  ]);

  await cleanUp({ db, clock: createTestClock(now).clock });

  expect(await db.select({ id: cancellationAttempts.id }).from(cancellationAttempts)).toEqual([
    { id: 'new' },
  ]);
  expect(await db.select({ id: idempotencyKeys.key }).from(idempotencyKeys)).toEqual([{ id: 'new' }]);
  expect(await db.select({ id: webhookEvents.id }).from(webhookEvents)).toEqual([{ id: 'new' }]);
});
