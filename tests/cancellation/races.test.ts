import { eq, sql } from 'drizzle-orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/db/clock.ts';
import {
  cancellationAttempts,
  payments,
  refunds,
  showSeats,
  ticketEvents,
  tickets,
} from '../../src/platform/db/tables/index.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { connectOutsider, type Outsider } from '../support/lock-waiters.ts';
import { type GraphQLAnswer, startTestApi, startTestInstance, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, givenUser, HOUR } from '../support/world.ts';

const ID = 'TKT-RACE';
const INSTANCES = 5;
const CALLS = 50;
const CANCEL = `mutation { cancelTicket(id: "${ID}") { __typename status ticket { status } } }`;

let api: TestApi;
let instances: TestApi[];
let outsider: Outsider;
let other: Outsider['sql'];
let untilWaiting: Outsider['untilWaiting'];
beforeEach(async () => {
  api = await startTestApi();
  instances = [api];
  while (instances.length < INSTANCES) instances.push(await startTestInstance(api));
  outsider = connectOutsider(api.database.url);
  ({ sql: other, untilWaiting } = outsider);
  await givenCatalogue(api.database.db);
  await givenTicket(api.database.db, { id: ID, showStart: new Date(Date.now() + 6 * HOUR) });
});
afterEach(async () => {
  await outsider.close();
  expect(await brokenInvariants(api.database.db)).toEqual([]);
  // The first owns the database.
  for (const instance of instances.reverse()) await instance.close();
});

const outcomes = (answers: GraphQLAnswer[]) =>
  answers.map((answer) => answer.data?.cancelTicket?.__typename).sort();

describe('fifty concurrent cancellations of one ticket', () => {
  it('cancel it once: one success, forty-nine refusals, one refund, one event', async () => {
    // Another transaction locks the ticket until one call of each instance waits for it. The others wait in memory.
    const answers = await other
      .begin(async (tx) => {
        await tx`select from tickets where user_id = 'user-asha' and id = ${ID} for update`;
        const sent = Array.from({ length: CALLS }, (_, n) => instances[n % INSTANCES]?.send(CANCEL));
        await untilWaiting(INSTANCES);
        return sent;
      })
      .then((sent) => Promise.all(sent))
      .then((answers) => answers.filter((answer) => answer !== undefined));

    expect(outcomes(answers)).toEqual([...Array(49).fill('InvalidStatus'), 'TicketCancelled']);
    expect(answers.every((answer) => answer.data?.cancelTicket.ticket.status === 'CANCELLED')).toBe(true);
    const { db } = api.database;
    await Promise.all(instances.map(({ jobs }) => jobs.flush()));
    expect(await db.select().from(refunds)).toHaveLength(1);
    expect(await db.select().from(ticketEvents).where(eq(ticketEvents.type, 'CANCELLED'))).toHaveLength(1);
    const [jobs] = await db.execute<{ count: number }>(
      sql`select count(*)::int from graphile_worker._private_jobs`,
    );
    expect(jobs?.count).toBe(2);
  });
});

describe('a cancellation that waits for the lock', () => {
  it('past the deadline is refused: the clock is read after the lock is granted', async () => {
    // The deadline passes while the cancellation waits.
    const showStart = new Date(Date.now() + HOUR + 1_500);
    await givenTicket(api.database.db, { id: 'TKT-LATE', showStart });
    const late = CANCEL.replace(ID, 'TKT-LATE');
    const sent = await other.begin(async (tx) => {
      await tx`select from tickets where user_id = 'user-asha' and id = 'TKT-LATE' for update`;
      const answer = api.send(late);
      await untilWaiting(1);
      await tx`select pg_sleep_until(${new Date(showStart.getTime() - HOUR).toISOString()}::timestamptz)`;
      return [answer];
    });
    expect((await sent[0])?.data.cancelTicket).toMatchObject({
      __typename: 'CancellationNotAllowed',
      status: 'CONFIRMED',
    });
  });

  it('sees that the ticket was cancelled in the meantime', async () => {
    const sent = await other.begin(async (tx) => {
      await tx`select from tickets where user_id = 'user-asha' and id = ${ID} for update`;
      const answer = api.send(CANCEL);
      await untilWaiting(1);
      const at = new Date();
      await tx`update tickets set status = 'CANCELLED', cancelled_at = ${at} where id = ${ID}`;
      await tx`update payments set status = 'REFUNDED', refund_amount = 33300, refund_initiated_at = ${at}`;
      await tx`update show_seats set status = 'AVAILABLE', user_id = null, ticket_id = null where ticket_id = ${ID}`;
      await tx`insert into refunds (user_id, id, ticket_id, payment_id, original_amount, cancellation_fee, refund_amount, status, eta_min_business_days, eta_max_business_days, requested_at, next_attempt_at)
        values ('user-asha', 'refund-other', ${ID}, ${`payment-${ID}`}, 37000, 3700, 33300, 'PROCESSING', 3, 5, ${at}, ${at})`;
      await tx`insert into ticket_events (user_id, ticket_id, seq, type, actor, at) values ('user-asha', ${ID}, 3, 'CANCELLED', 'OPERATOR', ${at})`;
      return [answer];
    });
    expect((await sent[0])?.data.cancelTicket).toMatchObject({
      __typename: 'InvalidStatus',
      ticket: { status: 'CANCELLED' },
    });
  });

  it('gives up in time with a retryable error', async () => {
    const answer = await other.begin(async (tx) => {
      await tx`select from tickets where user_id = 'user-asha' and id = ${ID} for update`;
      return api.send(CANCEL);
    });
    expect(answer.errors?.[0]?.extensions).toMatchObject({
      code: 'SERVICE_UNAVAILABLE',
      retryAfterSeconds: 2,
    });
  });
});

describe('the release of a seat and its concurrent sale', () => {
  it('leave it with one holder, and the new one never loses it', async () => {
    const { db } = api.database;
    await givenUser(db, 'user-ravi');
    const showId = `show-${ID}`;
    // Buys the two seats as docs/writers.md describes, as soon as they are free.
    const buy = async () => {
      for (;;) {
        const bought = await other.begin(async (tx) => {
          const free = await tx`select seat_id from show_seats
            where show_id = ${showId} and seat_id in ('seat-A1', 'seat-A2') and status = 'AVAILABLE' order by seat_id for update`;
          if (free.length < 2) return false;
          const start = new Date(Date.now() + 6 * HOUR);
          await tx`insert into tickets (user_id, id, show_id, status, booking_time, base_amount, total_amount)
            values ('user-ravi', 'TKT-NEXT', ${showId}, 'CONFIRMED', ${new Date(start.getTime() - 7 * HOUR)}, 40000, 40000)`;
          await tx`insert into ticket_seats select 'user-ravi', 'TKT-NEXT', id, "row", number, seat_type, 20000 from seats where id in ('seat-A1', 'seat-A2')`;
          await tx`insert into payments (user_id, id, ticket_id, gateway, transaction_id, payment_mode, amount, status, payment_time)
            values ('user-ravi', 'payment-next', 'TKT-NEXT', 'sandbox', 'pay_next', 'UPI', 40000, 'SUCCESS', now())`;
          await tx`insert into ticket_events (user_id, ticket_id, seq, type, actor, at) values ('user-ravi', 'TKT-NEXT', 1, 'CONFIRMED', 'GATEWAY', now())`;
          await tx`update show_seats set status = 'BOOKED', user_id = 'user-ravi', ticket_id = 'TKT-NEXT' where show_id = ${showId} and seat_id in ('seat-A1', 'seat-A2')`;
          return true;
        });
        if (bought) return;
      }
    };
    const buying = buy();
    const answers = await Promise.all(Array.from({ length: 10 }, () => api.send(CANCEL)));
    await buying;
    // A late retry of the cancellation must not release the seats of the new holder.
    answers.push(await api.send(CANCEL));
    expect(outcomes(answers)).toEqual([...Array(10).fill('InvalidStatus'), 'TicketCancelled']);
    const held = await db.select().from(showSeats).where(eq(showSeats.ticketId, 'TKT-NEXT'));
    expect(held.map((seat) => seat.status)).toEqual(['BOOKED', 'BOOKED']);
  });
});

describe('a failure', () => {
  const STEPS = {
    'counting the attempt': 'cancellation_attempts',
    'marking the ticket': 'tickets',
    'marking the payment': 'payments',
    'releasing the seats': 'show_seats',
    'writing the refund': 'refunds',
    'writing the event': 'ticket_events',
    'storing the key': 'idempotency_keys',
  };

  it.each(Object.entries(STEPS))('while %s rolls back the whole cancellation', async (_words, table) => {
    const { db } = api.database;
    const state = async () => ({
      tickets: await db.select().from(tickets),
      payments: await db.select().from(payments),
      seats: await db.select().from(showSeats).orderBy(showSeats.seatId),
      refunds: await db.select().from(refunds),
      events: await db.select().from(ticketEvents),
      attempts: await db.select().from(cancellationAttempts),
      jobs: await db.execute(sql`select id from graphile_worker._private_jobs`),
    });
    const before = await state();
    await db.execute(
      sql`create or replace function fail() returns trigger language plpgsql as $$ begin raise exception 'the test says no'; end $$`,
    );
    await db.execute(
      sql.raw(`create trigger fail before insert or update on ${table} execute function fail()`),
    );
    const failing = CANCEL.replace(`"${ID}"`, `"${ID}", idempotencyKey: "k"`);
    const answer = await api.send(failing);
    expect(answer.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(answer)).not.toMatch(/the test says no|insert|update/i);
    expect(await state()).toEqual(before);
    await db.execute(sql.raw(`drop trigger fail on ${table}`));
    expect((await api.send(failing)).data.cancelTicket.__typename).toBe('TicketCancelled');
  });

  it('by deadlock is retried, invisibly for the user', async () => {
    const { db } = api.database;
    const showId = `show-${ID}`;
    const sent = await other.begin(async (tx) => {
      // Violates the lock order of docs/writers.md: a seat first, then the ticket.
      await tx`set local deadlock_timeout = '10s'`;
      await tx`select from show_seats where show_id = ${showId} and seat_id = 'seat-A2' for update`;
      const answer = api.send(CANCEL);
      await untilWaiting(1);
      await tx`select from tickets where user_id = 'user-asha' and id = ${ID} for update`;
      return [answer];
    });
    expect((await sent[0])?.data.cancelTicket.__typename).toBe('TicketCancelled');
    expect(await db.select().from(refunds)).toHaveLength(1);
    const locks = api.database.statements.filter((statement) =>
      /from "tickets" .* for update$/.test(statement),
    );
    // A second retry happens if the other transaction did not take the lock in between.
    expect([2, 3]).toContain(locks.length);
  });
});

it('the system clock never rounds up', async () => {
  const [row] = await api.database.db.execute<{ ahead: boolean }>(
    sql`select bool_or(${systemClock.inTransaction} > clock_timestamp()) as ahead from generate_series(1, 2000)`,
  );
  expect(row?.ahead).toBe(false);
});
