import { eq } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { payments, showSeats, ticketEvents, tickets } from '../../src/platform/db/tables/index.ts';
import { expireHold, findExpiredHolds } from '../../src/tickets/expire-hold.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { connectOutsider, type Outsider } from '../support/lock-waiters.ts';
import { createTestClock } from '../support/test-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { givenCatalogue, givenTicket, HOUR, MINUTE } from '../support/world.ts';

const booked = new Date('2024-12-15T12:00:00Z');
const HOLD = { userId: 'user-asha', ticketId: 'TKT-HOLD' };
const time = createTestClock(booked);

let database: TestDatabase;
let outsider: Outsider;
beforeEach(async () => {
  time.set(new Date(booked.getTime() + 5 * MINUTE));
  database = await createTestDatabase();
  outsider = connectOutsider(database.url);
  await givenCatalogue(database.db);
  const showStart = new Date(booked.getTime() + 6 * HOUR);
  await givenTicket(database.db, {
    id: HOLD.ticketId,
    showStart,
    bookingTime: booked,
    status: 'PENDING_PAYMENT',
  });
});
afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual([]);
  await outsider.close();
  await database.close();
});

const status = async () => (await database.db.select().from(tickets))[0]?.status;

describe('a hold', () => {
  it('expires after five minutes: it releases its seats and adds an event', async () => {
    expect(await findExpiredHolds(database.db, time.clock, 10)).toEqual([HOLD]);
    await expireHold(database.db, time.clock, HOLD);
    expect(await status()).toBe('EXPIRED');
    expect(await database.db.select().from(showSeats).where(eq(showSeats.ticketId, HOLD.ticketId))).toEqual(
      [],
    );
    const events = await database.db.select().from(ticketEvents).orderBy(ticketEvents.seq);
    expect(events.at(-1)).toMatchObject({
      seq: 2,
      type: 'EXPIRED',
      actor: 'SYSTEM',
      facts: { seatsReleased: 2 },
    });
    expect(await findExpiredHolds(database.db, time.clock, 10)).toEqual([]);
  });

  it('stays until then, to the millisecond', async () => {
    time.set(new Date(booked.getTime() + 5 * MINUTE - 1));
    expect(await findExpiredHolds(database.db, time.clock, 10)).toEqual([]);
    await expireHold(database.db, time.clock, HOLD);
    expect(await status()).toBe('PENDING_PAYMENT');
  });

  it('expires once, however many workers see it', async () => {
    await Promise.all(Array.from({ length: 8 }, () => expireHold(database.db, time.clock, HOLD)));
    expect(await database.db.select().from(ticketEvents)).toHaveLength(2);
  });

  it('that is being paid is left for later, without waiting for its lock, and stays CONFIRMED with its seats', async () => {
    await outsider.sql.begin(async (tx) => {
      await tx`select from tickets where user_id = 'user-asha' and id = ${HOLD.ticketId} for update`;
      expect(await expireHold(database.db, time.clock, HOLD)).toBe(false);
      await tx`update tickets set status = 'CONFIRMED' where id = ${HOLD.ticketId}`;
      await tx`update show_seats set status = 'BOOKED', locked_at = null, locked_by = null where ticket_id = ${HOLD.ticketId}`;
      await tx`insert into payments (user_id, id, ticket_id, gateway, transaction_id, payment_mode, amount, status, payment_time)
        values ('user-asha', 'payment-1', ${HOLD.ticketId}, 'sandbox', 'pay_1', 'UPI', 37000, 'SUCCESS', ${booked})`;
    });
    // Found before it was paid.
    expect(await expireHold(database.db, time.clock, HOLD)).toBe(true);
    expect(await status()).toBe('CONFIRMED');
    expect(await database.db.select().from(showSeats).where(eq(showSeats.status, 'BOOKED'))).toHaveLength(2);
    expect(await database.db.select().from(payments)).toHaveLength(1);
  });

  it('does not release seats that were blocked in the meantime', async () => {
    const { sql } = outsider;
    await sql`update show_seats set status = 'BLOCKED', user_id = null, ticket_id = null, locked_at = null, locked_by = null
      where ticket_id = ${HOLD.ticketId} and seat_id = 'seat-A1'`;
    await expireHold(database.db, time.clock, HOLD);
    const [blocked] = await database.db.select().from(showSeats).where(eq(showSeats.seatId, 'seat-A1'));
    expect(blocked?.status).toBe('BLOCKED');
  });
});
