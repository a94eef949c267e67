import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../../../src/platform/db/clock.ts';
import { cancelWithoutApi } from '../../support/cancel-ticket.ts';
import { brokenInvariants, INVARIANTS } from '../../support/invariants.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { givenCatalogue, givenTicket, HOUR } from '../../support/world.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  const showStart = new Date(Date.now() + 30 * HOUR);
  await givenCatalogue(db);
  await givenTicket(db, { id: 'TKT-sold', showStart });
  await givenTicket(db, { id: 'TKT-hold', showStart, status: 'PENDING_PAYMENT', bookingTime: new Date() });
  await givenTicket(db, { id: 'TKT-cancelled', showStart });
  await cancelWithoutApi(db, systemClock, { ticketId: 'TKT-cancelled' });
  await givenTicket(db, { id: 'TKT-partly', showStart, policyId: 'policy-flat-10-v2' });
  await cancelWithoutApi(db, systemClock, { ticketId: 'TKT-partly', seatIds: ['TKT-partly:A2'] });
});
afterAll(() => database.close());

it('the rules hold for tickets that were sold, held and cancelled, wholly or in part, as they should', async () => {
  expect(await brokenInvariants(database.db)).toEqual([]);
});

/** For each rule a change that breaks it, with the constraint that forbids it out of the way where there is one. */
const BREAKS: Record<keyof typeof INVARIANTS, string> = {
  'base - discount + fee is not its total': `
    alter table tickets drop constraint tickets_price_breakdown;
    update tickets set discount = 0 where id = 'TKT-sold'`,
  'its base is not the sum of its seats': `update ticket_seats set price = price + 1 where ticket_id = 'TKT-sold'`,
  'booked after the start of its show': `update tickets set booking_time = now() + interval '1 year'`,
  'CONFIRMED or on hold, but does not hold exactly the seats it lists, BOOKED or LOCKED': `
    update show_seats set status = 'AVAILABLE', user_id = null, ticket_id = null
    where ticket_id = 'TKT-sold' and seat_id = 'seat-A1'`,
  'a seat whose holder is not an active ticket that lists it': `
    update show_seats set status = 'BOOKED', user_id = 'user-asha', ticket_id = 'TKT-cancelled'
    where show_id = 'show-TKT-cancelled' and seat_id = 'seat-A1'`,
  'a seat that two active tickets list': `
    update tickets set show_id = 'show-TKT-sold' where id = 'TKT-hold'`,
  'CONFIRMED without a successful payment of its total': `
    update payments set status = 'PENDING' where ticket_id = 'TKT-sold'`,
  'never paid, but has a payment': `
    update payments set ticket_id = 'TKT-hold' where ticket_id = 'TKT-sold'`,
  'CANCELLED, but its refunds are not of its total, the last one from that moment': `
    update tickets set cancelled_at = booking_time where id = 'TKT-cancelled'`,
  'the steps of its refunds have a gap': `update refunds set step = 2 where ticket_id = 'TKT-partly'`,
  'its payment and its refunds do not fit': `
    update payments set refund_amount = refund_amount - 1 where ticket_id = 'TKT-cancelled'`,
  'has a refund, but neither it nor a seat of it is cancelled': `
    update tickets set status = 'CONFIRMED', cancelled_at = null where id = 'TKT-cancelled'`,
  'a seat of it names a refund of another ticket or time': `
    update ticket_seats set cancelled_at = cancelled_at - interval '1 minute' where cancelled_at is not null`,
  'has a REFUNDED payment, but is not CANCELLED': `
    update payments set status = 'REFUNDED', refund_amount = 1, refund_initiated_at = now() where ticket_id = 'TKT-sold'`,
  'cancelled past the deadline of its policy': `
    update shows set start_time = now() + interval '59 minutes' where id = 'show-TKT-cancelled'`,
  "its cancellation fees are not its policy's": `
    update refunds set cancellation_fee = cancellation_fee + 1, refund_amount = refund_amount - 1`,
  'the numbers of its events have a gap': `
    update ticket_events set seq = 7 where seq = 2 and ticket_id = 'TKT-sold'`,
  'CANCELLED without the event, or the event without being CANCELLED': `
    delete from ticket_events where type = 'CANCELLED'`,
};

it('there is a change for every rule', () => {
  expect(Object.keys(BREAKS)).toEqual(Object.keys(INVARIANTS));
});

it.each(Object.entries(BREAKS))('a change is noticed that makes a ticket "%s"', async (sentence, change) => {
  const undo = new Error('undo');
  const work = database.db.transaction(async (tx) => {
    // On Citus, otherwise, nothing could be read in the transaction that changed a table. Elsewhere it says nothing.
    await tx.execute(sql`set local citus.multi_shard_modify_mode = 'sequential'`);
    await tx.execute(sql.raw(change));
    expect(await brokenInvariants(tx)).toContainEqual(expect.stringContaining(sentence));
    throw undo;
  });
  await expect(work).rejects.toBe(undo);
});
