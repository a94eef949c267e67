import { and, eq, sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  cancellationPolicies,
  notifications,
  payments,
  refunds,
  showSeats,
  ticketEvents,
  tickets,
} from '../../src/platform/db/tables/index.ts';
import { cancelWithoutApi } from '../support/cancel-ticket.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { type GivenTicket, givenCatalogue, givenTicket, givenUser, HOUR } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
const ahead = (milliseconds: number) => new Date(showStart.getTime() - milliseconds);
const time = createTestClock(ahead(6 * HOUR));

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ clock: time.clock });
  await givenCatalogue(api.database.db);
});
afterEach(async () => {
  time.set(ahead(6 * HOUR));
  expect(await brokenInvariants(api.database.db)).toEqual([]);
});
afterAll(() => api.close());

let count = 0;
async function given(ticket: Omit<GivenTicket, 'id' | 'showStart'> = {}): Promise<string> {
  count += 1;
  const id = `TKT-20241215-${count}`;
  await givenTicket(api.database.db, { id, showStart, ...ticket });
  return id;
}

const OUTCOME = `__typename message ticketId status cancelledAt
  refund { id originalAmount { amount } refundAmount { amount } cancellationFee { amount } refundStatus refundEta etaFrom etaTo requestedAt processedAt }
  ticket { id status canCancel cancelledAt qrCode payment { status refundAmount { amount } refundInitiatedAt } timeline { type actor at } }
  ... on CancellationNotAllowed { code cancelDeadline currentTime }
  ... on InvalidStatus { code currentStatus }
  ... on QuoteChanged { code quote { refundAmount { amount } cancellationFee { amount } feePercent validUntil } }`;

async function cancel(id: string, args = '') {
  const { data, errors } = await api.send(
    `mutation($id: ID!) { cancelTicket(id: $id ${args}) { ${OUTCOME} } }`,
    {
      variables: { id },
    },
  );
  expect(errors).toBeUndefined();
  return data.cancelTicket;
}

async function rowsOf(id: string) {
  const { db } = api.database;
  const [ticket] = await db.select().from(tickets).where(eq(tickets.id, id));
  const [payment] = await db.select().from(payments).where(eq(payments.ticketId, id));
  const refund = await db.select().from(refunds).where(eq(refunds.ticketId, id));
  const held = await db.select().from(showSeats).where(eq(showSeats.ticketId, id));
  const events = await db
    .select()
    .from(ticketEvents)
    .where(eq(ticketEvents.ticketId, id))
    .orderBy(ticketEvents.seq);
  return { ticket, payment, refunds: refund, held, events };
}

async function jobs() {
  await api.jobs.flush();
  return api.database.db.execute<{ identifier: string; payload: Record<string, string> }>(
    sql`select identifier, payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id`,
  );
}

describe('cancelling', () => {
  it("returns the result of the specification's example: 370.00, six hours ahead", async () => {
    const id = await given();
    const { data, errors } = await api.send(
      `mutation { cancelTicket(id: "${id}") { message ticketId status
         refund { originalAmount { amount } refundAmount { amount } cancellationFee { amount } refundStatus refundEta } cancelledAt } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.cancelTicket).toEqual({
      message: 'Ticket cancelled successfully',
      ticketId: id,
      status: 'CANCELLED',
      refund: {
        originalAmount: { amount: '370.00' },
        refundAmount: { amount: '333.00' },
        cancellationFee: { amount: '37.00' },
        refundStatus: 'PROCESSING',
        refundEta: '3-5 business days',
      },
      cancelledAt: '2024-12-15T12:00:00.000Z',
    });
  });

  it('updates the ticket, payment, seats, refund, events and jobs', async () => {
    const id = await given();
    await cancel(id);
    const rows = await rowsOf(id);
    const now = ahead(6 * HOUR);
    expect(rows.ticket).toMatchObject({ status: 'CANCELLED', cancelledAt: now });
    expect(rows.payment).toMatchObject({ status: 'REFUNDED', refundAmount: 33_300n, refundInitiatedAt: now });
    expect(rows.held).toEqual([]);
    expect(rows.refunds).toMatchObject([
      {
        originalAmount: 37_000n,
        cancellationFee: 3_700n,
        refundAmount: 33_300n,
        status: 'PROCESSING',
        requestedAt: now,
      },
    ]);
    expect(rows.events.at(-1)).toMatchObject({
      seq: 3,
      type: 'CANCELLED',
      actor: 'USER',
      at: now,
      facts: { refundId: expect.stringMatching(/^refund-/), seatsSold: 2, seatsReleased: 2 },
    });
    const refundId = rows.refunds[0]?.id;
    const traceId = expect.stringMatching(/^[0-9a-f]{32}$/);
    const queued = (await jobs()).filter(
      ({ payload }) => payload.refundId === refundId || payload.ticketId === id,
    );
    expect(queued.toSorted((a, b) => b.identifier.localeCompare(a.identifier))).toEqual([
      { identifier: 'send-refund', payload: { userId: 'user-asha', refundId, traceId } },
      {
        identifier: 'send-notifications',
        payload: { userId: 'user-asha', ticketId: id, refundId: null, event: 'TICKET_CANCELLED', traceId },
      },
    ]);
    const told = await api.database.db.select().from(notifications).where(eq(notifications.ticketId, id));
    expect(told).toMatchObject([
      { event: 'TICKET_CANCELLED', channel: 'EMAIL', status: 'PENDING', nextAttemptAt: now },
    ]);
  });

  it('returns the current ticket', async () => {
    const { ticket, refund } = await cancel(await given());
    const at = '2024-12-15T12:00:00.000Z';
    expect(ticket).toMatchObject({ status: 'CANCELLED', canCancel: false, cancelledAt: at, qrCode: null });
    expect(ticket.payment).toEqual({
      status: 'REFUNDED',
      refundAmount: { amount: '333.00' },
      refundInitiatedAt: at,
    });
    expect(ticket.timeline.at(-1)).toEqual({ type: 'CANCELLED', actor: 'USER', at });
    expect(refund).toMatchObject({
      etaFrom: '2024-12-18',
      etaTo: '2024-12-20',
      requestedAt: at,
      processedAt: null,
    });
  });

  it('returns the current ticket also after a refusal in the same operation', async () => {
    const id = await given();
    const fields = 'status ticket { status payment { status } refund { refundStatus } timeline { type } }';
    const { data } = await api.send(`mutation {
      refused: cancelTicket(id: "${id}", expectedRefund: "1.00") { ${fields} }
      cancelled: cancelTicket(id: "${id}") { ${fields} } }`);
    expect(data.refused.ticket).toMatchObject({
      status: 'CONFIRMED',
      payment: { status: 'SUCCESS' },
      refund: null,
    });
    expect(data.cancelled.ticket).toMatchObject({ status: 'CANCELLED', payment: { status: 'REFUNDED' } });
    expect(data.cancelled.ticket).toMatchObject({ refund: { refundStatus: 'PROCESSING' } });
    expect(data.cancelled.ticket.timeline.at(-1).type).toBe('CANCELLED');
  });

  it("does not find another user's ticket, even without access rules", async () => {
    const ticketId = await given();
    expect(await cancelWithoutApi(api.database.db, time.clock, { userId: 'user-ravi', ticketId })).toEqual({
      kind: 'notFound',
    });
  });

  it('charges the fee of the current tier', async () => {
    time.set(ahead(24 * HOUR));
    const policyId = 'policy-tiered-10-20-v1';
    expect((await cancel(await given({ policyId }))).refund.cancellationFee.amount).toBe('74.00');
    time.set(ahead(24 * HOUR + 1));
    expect((await cancel(await given({ policyId }))).refund.cancellationFee.amount).toBe('37.00');
  });

  it('supports a new policy that is only a new row', async () => {
    await api.database.db.insert(cancellationPolicies).values({
      id: 'policy-premiere-v1',
      name: 'PREMIERE',
      version: 1,
      cutoffMinutes: 180,
      tierOverMinutes: [2880, 720, 0],
      tierFeeBps: [0, 2500, 5000],
      etaMinBusinessDays: 7,
      etaMaxBusinessDays: 7,
    });
    const policyId = 'policy-premiere-v1';
    const { refund } = await cancel(await given({ policyId }));
    expect(refund).toMatchObject({
      cancellationFee: { amount: '185.00' },
      refundEta: '7 business days',
      etaFrom: '2024-12-24',
    });
    time.set(ahead(3 * HOUR));
    expect(await cancel(await given({ policyId }))).toMatchObject({
      __typename: 'CancellationNotAllowed',
      message: 'Cannot cancel ticket within 3 hours of show time',
    });
  });

  it('without money to refund leaves the payment and queues no refund', async () => {
    await api.database.db.insert(cancellationPolicies).values({
      id: 'policy-no-refund-v1',
      name: 'NO_REFUND',
      version: 1,
      cutoffMinutes: 60,
      tierOverMinutes: [0],
      tierFeeBps: [10_000],
    });
    const id = await given({ policyId: 'policy-no-refund-v1' });
    const { refund } = await cancel(id);
    const nothing = {
      refundStatus: 'NOT_REQUIRED',
      refundAmount: { amount: '0.00' },
      refundEta: null,
      etaFrom: null,
    };
    expect(refund).toMatchObject({ cancellationFee: { amount: '370.00' }, ...nothing });
    expect((await rowsOf(id)).payment).toMatchObject({ status: 'SUCCESS', refundAmount: null });
    const [refundRow] = (await rowsOf(id)).refunds;
    expect((await jobs()).filter((job) => job.payload.refundId === refundRow?.id)).toEqual([]);
  });

  it('of a free ticket needs no payment', async () => {
    const id = await given({ discount: 42_000n });
    await api.database.db.delete(payments).where(eq(payments.ticketId, id));
    expect(await cancel(id)).toMatchObject({ status: 'CANCELLED', refund: { refundStatus: 'NOT_REQUIRED' } });
  });

  it('follows a show that is moved', async () => {
    const id = await given();
    await api.database.db.execute(
      sql`update shows set start_time = ${ahead(5.5 * HOUR).toISOString()} where id = ${`show-${id}`}`,
    );
    expect(await cancel(id)).toMatchObject({
      __typename: 'CancellationNotAllowed',
      cancelDeadline: '2024-12-15T11:30:00.000Z',
    });
  });
});

describe('the seats', () => {
  it('that were blocked or resold in the meantime stay so, and the event has both counts', async () => {
    const id = await given({ seatNumbers: ['4', '5', '6'] });
    const { db } = api.database;
    const seat = (seatId: string) => and(eq(showSeats.showId, `show-${id}`), eq(showSeats.seatId, seatId));
    await db
      .update(showSeats)
      .set({ status: 'BLOCKED', userId: null, ticketId: null })
      .where(seat('seat-A5'));
    await givenUser(db, 'user-ravi');
    const locked = {
      status: 'LOCKED' as const,
      userId: null,
      ticketId: null,
      lockedAt: new Date(),
      lockedBy: 'user-ravi',
    };
    await db.update(showSeats).set(locked).where(seat('seat-A6'));

    // Here a CONFIRMED ticket does not hold its seats, which violates an invariant until it is cancelled.
    expect(await cancel(id)).toMatchObject({
      status: 'CANCELLED',
      refund: { refundAmount: { amount: '513.00' } },
    });
    const rows = await db
      .select()
      .from(showSeats)
      .where(eq(showSeats.showId, `show-${id}`));
    const statusOf = (seatId: string) => rows.find((row) => row.seatId === seatId)?.status;
    expect(['seat-A4', 'seat-A5', 'seat-A6'].map(statusOf)).toEqual(['AVAILABLE', 'BLOCKED', 'LOCKED']);
    expect((await rowsOf(id)).events.at(-1)?.facts).toMatchObject({ seatsSold: 3, seatsReleased: 1 });
  });

  it('can be sold again, and the old ticket still lists them', async () => {
    const id = await given();
    await cancel(id);
    await givenTicket(api.database.db, {
      id: `${id}-AGAIN`,
      userId: 'user-ravi',
      showId: `show-${id}`,
      showStart,
    });
    expect(await cancel(id)).toMatchObject({ __typename: 'InvalidStatus' });
    const { data } = await api.send(`{ ticket(id: "${id}") { seatNumbers seats { showSeatId } } }`);
    expect(data.ticket.seatNumbers).toEqual(['A1', 'A2']);
    expect((await rowsOf(`${id}-AGAIN`)).held).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it.each([
    ['a millisecond before the deadline', HOUR + 1, 'TicketCancelled'],
    ['at the deadline', HOUR, 'CancellationNotAllowed'],
    ['a millisecond after the deadline', HOUR - 1, 'CancellationNotAllowed'],
  ])('by the deadline: %s', async (_words, milliseconds, outcome) => {
    time.set(ahead(milliseconds));
    expect((await cancel(await given())).__typename).toBe(outcome);
  });

  it('by the deadline returns the deadline and the current time, and changes nothing', async () => {
    const id = await given();
    time.set(ahead(0.5 * HOUR));
    const before = await rowsOf(id);
    expect(await cancel(id)).toMatchObject({
      __typename: 'CancellationNotAllowed',
      code: 'CANCELLATION_NOT_ALLOWED',
      message: 'Cannot cancel ticket within 1 hour of show time',
      cancelDeadline: '2024-12-15T17:00:00.000Z',
      currentTime: '2024-12-15T17:30:00.000Z',
      ticketId: id,
      status: 'CONFIRMED',
      refund: null,
      cancelledAt: null,
      ticket: { status: 'CONFIRMED', canCancel: false },
    });
    expect(await rowsOf(id)).toEqual(before);
  });

  it('of a cancelled ticket returns its refund', async () => {
    const id = await given();
    const first = await cancel(id);
    expect(await cancel(id)).toMatchObject({
      __typename: 'InvalidStatus',
      code: 'INVALID_STATUS',
      message: 'Ticket is already cancelled',
      currentStatus: 'CANCELLED',
      status: 'CANCELLED',
      refund: first.refund,
      cancelledAt: first.cancelledAt,
    });
  });

  it.each(['PENDING_PAYMENT', 'EXPIRED'] as const)('of a ticket that is %s', async (status) => {
    const id = await given({ status });
    expect(await cancel(id)).toMatchObject({
      __typename: 'InvalidStatus',
      message: `Cannot cancel ticket with status '${status}'`,
      currentStatus: status,
      refund: null,
      ticket: { status },
    });
  });

  it('because of another refund than expected returns the new quote', async () => {
    const id = await given({ policyId: 'policy-tiered-10-20-v1' });
    const before = await rowsOf(id);
    expect(await cancel(id, ', expectedRefund: "333.00"')).toMatchObject({
      __typename: 'QuoteChanged',
      code: 'QUOTE_CHANGED',
      message: 'The refund is now 296.00 INR. The ticket was not cancelled.',
      status: 'CONFIRMED',
      quote: { refundAmount: { amount: '296.00' }, cancellationFee: { amount: '74.00' }, feePercent: 20 },
    });
    expect(await rowsOf(id)).toEqual(before);
    expect((await cancel(id, ', expectedRefund: "296.00"')).__typename).toBe('TicketCancelled');
  });

  it.each(['"333.00"', '"333"', '"333.0"', '333', '333.0'])(
    'does not happen if %s is expected and the refund is 333.00',
    async (amount) => {
      expect((await cancel(await given(), `, expectedRefund: ${amount}`)).__typename).toBe('TicketCancelled');
    },
  );

  it('of an invalid amount happens before execution', async () => {
    const id = await given();
    for (const amount of ['"333.001"', '"many"', '""', 'true', '"1e2"']) {
      const { data, errors } = await api.send(
        `mutation { cancelTicket(id: "${id}", expectedRefund: ${amount}) { status } }`,
      );
      expect(data).toBeUndefined();
      expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
    const { errors } = await api.send(
      'mutation($e: Decimal) { cancelTicket(id: "x", expectedRefund: $e) { status } }',
      {
        variables: { e: 'many' },
      },
    );
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('a ticket with an inconsistent payment', () => {
  const refunded = { status: 'REFUNDED', refundAmount: 33_300n, refundInitiatedAt: new Date() } as const;

  it.each([
    ['in order', {}, true],
    ['PENDING', { status: 'PENDING', paymentTime: null }, false],
    ['FAILED', { status: 'FAILED', paymentTime: null }, false],
    ['REFUNDED', refunded, false],
    ['of another amount', { amount: 36_999n }, false],
    ['missing', null, false],
  ] as const)(
    'with a payment that is %s, says the same of itself in details, in a list and when cancelled',
    async (_words, change, canCancel) => {
      const id = await given();
      const { db } = api.database;
      const ofTicket = eq(payments.ticketId, id);
      const right = await db.select().from(payments).where(ofTicket);
      await db.delete(payments).where(ofTicket);
      if (change) await db.insert(payments).values(right.map((payment) => ({ ...payment, ...change })));

      const cancellationQuote = canCancel ? { feePercent: 10 } : null;
      const fields = 'id canCancel cancellationQuote { feePercent }';
      const { data: details } = await api.send(`{ ticket(id: "${id}") { ${fields} } }`);
      expect(details.ticket).toEqual({ id, canCancel, cancellationQuote });
      // The second list reads the whole payment.
      for (const selected of [fields, `${fields} payment { id }`]) {
        const { data } = await api.send(`{ myTickets(first: 100) { nodes { ${selected} } } }`);
        const shown = data.myTickets.nodes.find((ticket: { id: string }) => ticket.id === id);
        expect(shown).toMatchObject({ canCancel, cancellationQuote });
      }

      const { data } = await api.send(`mutation { cancelTicket(id: "${id}") { status } }`);
      expect(data.cancelTicket?.status === 'CANCELLED').toBe(canCancel);
      if (canCancel) return;
      await db.delete(payments).where(ofTicket);
      await db.insert(payments).values(right);
    },
  );

  it('is not cancelled: an internal error is returned and nothing changes', async () => {
    const id = await given();
    const { db } = api.database;
    await db.update(payments).set({ status: 'PENDING', paymentTime: null }).where(eq(payments.ticketId, id));
    const before = await rowsOf(id);
    const { data, errors } = await api.send(`mutation { cancelTicket(id: "${id}") { status } }`);
    expect(data).toEqual({ cancelTicket: null });
    expect(errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(await rowsOf(id)).toEqual(before);
    await db
      .update(payments)
      .set({ status: 'SUCCESS', paymentTime: new Date() })
      .where(eq(payments.ticketId, id));
  });
});
