import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/platform/db/database.ts';
import { migrateDatabase } from '../../../src/platform/db/migrate.ts';
import { cancelWithoutApi } from '../../support/cancel-ticket.ts';
import { type EmptyDatabase, makeEmptyDatabase } from '../../support/empty-database.ts';
import { brokenInvariants } from '../../support/invariants.ts';
import { migrateUntil } from '../../support/migrate-until.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

/** docs/decisions/019: a process of the version before serves while this version migrates and afterwards. */

const showStart = new Date('2024-12-15T18:00:00Z');
const at = new Date(showStart.getTime() - 6 * HOUR).toISOString();
const time = createTestClock(new Date(at));

let database: EmptyDatabase;
let before: postgres.Sql;
let ours: ReturnType<typeof openDatabase>;
beforeAll(async () => {
  database = await makeEmptyDatabase('usher_test_version_before');
  const client = postgres(database.url, { max: 1, onnotice: () => {} });
  await migrateUntil(client, '0011_partial-cancellation');
  await client.end();
  before = postgres(database.url, { max: 1, onnotice: () => {} });
  await prepare();
  await migrateDatabase(database.url);
  ours = openDatabase({ url: database.url, poolSize: 2 });
  await givenCatalogue(ours.db);
});
afterAll(async () => {
  await ours.close();
  await before.end();
  await database.drop();
  await database.admin.end();
});

/** Statements of the version before 0011_partial-cancellation. */
const NOTE = `insert into notifications (user_id, ticket_id, event, channel, created_at, next_attempt_at)
  select id, $2, $3::notification_event, channel, $4::timestamptz, $4::timestamptz
  from users, unnest(enum_range(null::notification_channel)) as channel
  where id = $1 and (channel <> 'SMS' or phone ~ '\\S')
  on conflict (user_id, ticket_id, event, channel) do update set occurrence = notifications.occurrence + 1,
    status = 'PENDING', created_at = excluded.created_at, attempts = 0, next_attempt_at = excluded.next_attempt_at,
    lease = notifications.lease + 1, lease_until = null, sent_at = null, provider_id = null, last_error = null
  where notifications.event <> 'TICKET_CANCELLED'`;
const REFUND = `insert into refunds (user_id, id, ticket_id, payment_id, original_amount, cancellation_fee, refund_amount, status,
    next_attempt_at, eta_min_business_days, eta_max_business_days, requested_at)
  values ('user-asha', $1, $2, $3, 37000, 3700, 33300, 'PROCESSING', $4, 3, 5, $4) returning id`;
const KEY = `insert into idempotency_keys (user_id, key, ticket_id, expected_refund, created_at) values ('user-asha', $1, $2, null, $3)`;

/** Prepares a statement before the migration, so that its plan is one of the tables as they were. */
async function prepare(): Promise<void> {
  await before.unsafe(NOTE, ['user-nobody', 'TKT-NONE', 'TICKET_CANCELLED', at], { prepare: true });
}

async function cancelAsBefore(ticketId: string): Promise<void> {
  const refundId = `refund-of-${ticketId}`;
  await before.unsafe(REFUND, [refundId, ticketId, `payment-${ticketId}`, at]);
  await before.unsafe(`update tickets set status = 'CANCELLED', cancelled_at = $1 where id = $2`, [
    at,
    ticketId,
  ]);
  await before.unsafe(
    `update payments set status = 'REFUNDED', refund_amount = 33300, refund_initiated_at = $1 where ticket_id = $2`,
    [at, ticketId],
  );
  await before.unsafe(
    `update show_seats set status = 'AVAILABLE', user_id = null, ticket_id = null where ticket_id = $1`,
    [ticketId],
  );
  await before.unsafe(
    `insert into ticket_events (user_id, ticket_id, seq, type, actor, at) values ('user-asha', $1, 3, 'CANCELLED', 'USER', $2)`,
    [ticketId, at],
  );
  for (const event of ['TICKET_CANCELLED', 'TICKET_CANCELLED', 'REFUND_PROCESSED', 'REFUND_PROCESSED'])
    await before.unsafe(NOTE, ['user-asha', ticketId, event, at], { prepare: true });
  await before.unsafe(KEY, [`key ${ticketId}`, ticketId, at]);
}

describe('the version before', () => {
  it('cancels in the migrated database, and this version reads it as its own', async () => {
    await givenTicket(ours.db, { id: 'TKT-BEFORE', showStart });
    await cancelAsBefore('TKT-BEFORE');
    expect(await brokenInvariants(ours.db)).toEqual([]);
    const messages =
      await before`select event, channel, occurrence, refund_id from notifications order by event`;
    expect(messages).toEqual([
      { event: 'TICKET_CANCELLED', channel: 'EMAIL', occurrence: 1, refund_id: null },
      { event: 'REFUND_PROCESSED', channel: 'EMAIL', occurrence: 2, refund_id: null },
    ]);
    expect(await cancelWithoutApi(ours.db, time.clock, { ticketId: 'TKT-BEFORE' })).toMatchObject({
      kind: 'invalidStatus',
    });
  });

  it('cannot cancel a ticket of which this version has cancelled a seat: no money can go twice', async () => {
    await givenTicket(ours.db, { id: 'TKT-PART', showStart, policyId: 'policy-flat-10-v2' });
    const part = { ticketId: 'TKT-PART', seatIds: ['TKT-PART:A1'] };
    expect(await cancelWithoutApi(ours.db, time.clock, part)).toMatchObject({ kind: 'cancelled' });
    // It writes its refund first, as the first step.
    await expect(
      before.unsafe(REFUND, ['refund-of-TKT-PART', 'TKT-PART', 'payment-TKT-PART', at]),
    ).rejects.toThrow('refunds_one_per_step');
  });
});
