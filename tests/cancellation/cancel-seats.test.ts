import { eq } from 'drizzle-orm';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendNotification } from '../../src/notifications/send-notification.ts';
import {
  cancellationPolicies,
  notifications,
  payments,
  refunds,
  showSeats,
  ticketEvents,
  ticketSeats,
  tickets,
} from '../../src/platform/db/tables/index.ts';
import { sendRefund } from '../../src/refunds/send-refund.ts';
import { findSeats } from '../../src/tickets/seats/ticket-seat-id.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { startTestGateway } from '../support/refund-world.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { createTestClock } from '../support/test-clock.ts';
import { mailerOf } from '../support/worker-services.ts';
import { type GivenTicket, givenCatalogue, givenTicket, givenUser, HOUR } from '../support/world.ts';

const V2 = 'policy-flat-10-v2';
const showStart = new Date('2024-12-15T18:00:00Z');
const ahead = (milliseconds: number) => new Date(showStart.getTime() - milliseconds);
const now = ahead(6 * HOUR);
const time = createTestClock(now);

let api: TestApi;
let provider: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  api = await startTestApi({ clock: time.clock, cancelAttemptsPerHour: 10_000 });
  provider = await startTestGateway();
  await givenCatalogue(api.database.db);
});
afterEach(async () => {
  time.set(now);
  expect(await brokenInvariants(api.database.db)).toEqual([]);
});
afterAll(async () => {
  await provider.close();
  await api.close();
});

let count = 0;
async function given(ticket: Partial<GivenTicket> = {}): Promise<string> {
  count += 1;
  const id = `TKT-SEATS-${count}`;
  await givenTicket(api.database.db, { id, showStart, policyId: V2, ...ticket });
  return id;
}

const TICKET = `id status canCancel cancelledAt qrCode calendarEvent seatNumbers seatsCount totalAmount { amount }
  payment { status refundAmount { amount } refundInitiatedAt }
  seats { id status cancelledAt paidAmount { amount } refund { id refundAmount { amount } } }
  refund { id originalAmount { amount } refundAmount { amount } cancellationFee { amount } refundStatus }
  refunds { id originalAmount { amount } refundAmount { amount } cancellationFee { amount } refundStatus }
  cancellationQuote { originalAmount { amount } cancellationFee { amount } refundAmount { amount } }
  timeline { type actor seatNumbers }`;
const OUTCOME = `__typename message ticketId status cancelledAt refund { id refundAmount { amount } refundStatus }
  ticket { ${TICKET} }
  ... on SeatsCancelled { seats { id status refund { id } } }
  ... on PartialNotAllowed { code } ... on SeatsUnavailable { code seats { id status refund { id } } }
  ... on QuoteChanged { code quote { refundAmount { amount } } } ... on InvalidStatus { code } ... on CancellationNotAllowed { code }`;

const CANCEL = `mutation($id: ID!, $seats: [ID!]!, $refund: Decimal, $key: String) {
  cancelSeats(ticketId: $id, seatIds: $seats, expectedRefund: $refund, idempotencyKey: $key) { ${OUTCOME} } }`;

interface Options {
  refund?: string;
  key?: string;
  as?: string;
}

const send = (id: string, seats: string[], { as, ...variables }: Options = {}) =>
  api.send(CANCEL, {
    variables: { id, seats: seats.map((label) => `${id}:${label}`), ...variables },
    ...(as && { as }),
  });

async function cancel(id: string, seats: string[], options?: Options) {
  const { data, errors } = await send(id, seats, options);
  expect(errors).toBeUndefined();
  return data.cancelSeats;
}

async function read(id: string, fields = TICKET) {
  const { data, errors } = await api.send(`query($id: ID!) { ticket(id: $id) { ${fields} } }`, {
    variables: { id },
  });
  expect(errors).toBeUndefined();
  return data.ticket;
}

const quoteOf = async (id: string, seats: string[] | null) =>
  (
    await api.send(
      'query($id: ID!, $seats: [ID!]) { ticket(id: $id) { cancellationQuote(seatIds: $seats) { refundAmount { amount } cancellationFee { amount } } } }',
      { variables: { id, seats: seats?.map((label) => `${id}:${label}`) } },
    )
  ).data.ticket.cancellationQuote;

const stillHeld = async (id: string) =>
  (await api.database.db.select().from(showSeats).where(eq(showSeats.ticketId, id))).map(
    ({ seatId }) => seatId,
  );

describe('cancelling one of two seats', () => {
  it('releases it, refunds its share, and leaves the rest of the ticket valid', async () => {
    const id = await given();
    const outcome = await cancel(id, ['A1'], { refund: '166.50' });
    expect(outcome).toMatchObject({
      __typename: 'SeatsCancelled',
      message: 'Seats cancelled successfully: A1',
      ticketId: id,
      status: 'CONFIRMED',
      cancelledAt: now.toISOString(),
      refund: { refundAmount: { amount: '166.50' }, refundStatus: 'PROCESSING' },
      seats: [{ id: `${id}:A1`, status: 'CANCELLED', refund: { id: outcome.refund.id } }],
    });
    const ticket = await read(id);
    expect(outcome.ticket).toEqual(ticket);
    expect(ticket).toMatchObject({
      status: 'CONFIRMED',
      canCancel: true,
      cancelledAt: null,
      refund: null,
      seatNumbers: ['A1', 'A2'],
      seatsCount: 2,
      totalAmount: { amount: '370.00' },
      qrCode: expect.stringMatching(/^data:/),
      calendarEvent: expect.stringContaining('Seats: A2\\n'),
      payment: {
        status: 'PARTIALLY_REFUNDED',
        refundAmount: { amount: '166.50' },
        refundInitiatedAt: now.toISOString(),
      },
      seats: [
        {
          id: `${id}:A1`,
          status: 'CANCELLED',
          cancelledAt: now.toISOString(),
          paidAmount: { amount: '185.00' },
          refund: { refundAmount: { amount: '166.50' } },
        },
        {
          id: `${id}:A2`,
          status: 'ACTIVE',
          cancelledAt: null,
          paidAmount: { amount: '185.00' },
          refund: null,
        },
      ],
      refunds: [{ originalAmount: { amount: '185.00' }, cancellationFee: { amount: '18.50' } }],
      cancellationQuote: { originalAmount: { amount: '185.00' }, refundAmount: { amount: '166.50' } },
    });
    expect(ticket.timeline.at(-1)).toEqual({ type: 'SEATS_CANCELLED', actor: 'USER', seatNumbers: ['A1'] });
    expect(await stillHeld(id)).toEqual(['seat-A2']);
  });

  it('shows the same in a list', async () => {
    const id = await given({ userId: 'user-lists' });
    await cancel(id, ['A2'], { as: 'user-lists' });
    const { data, errors } = await api.send(
      `{ myTickets(first: 1) { nodes { ${TICKET} chosen: cancellationQuote(seatIds: ["${id}:A1"]) { refundAmount { amount } } gone: cancellationQuote(seatIds: ["${id}:A2"]) { refundAmount { amount } } } } }`,
      { as: 'user-lists' },
    );
    expect(errors).toBeUndefined();
    const [{ chosen, gone, ...listed }] = data.myTickets.nodes;
    const single = await api.send(`{ ticket(id: "${id}") { ${TICKET} } }`, { as: 'user-lists' });
    expect(listed).toEqual(single.data.ticket);
    expect([chosen, gone]).toEqual([{ refundAmount: { amount: '166.50' } }, null]);
  });

  it.each([
    ['A1', 'A2'],
    ['A2', 'A1'],
  ])(
    'and then the other is 333.00 and 37.00 together, %s first, and cancels the ticket',
    async (first, second) => {
      const id = await given();
      await cancel(id, [first]);
      const last = await cancel(id, [second], { refund: '166.50' });
      expect(last).toMatchObject({ __typename: 'SeatsCancelled', status: 'CANCELLED' });
      expect(last.seats).toMatchObject([{ id: `${id}:${second}`, refund: { id: last.refund.id } }]);
      const ticket = await read(id);
      expect(ticket).toMatchObject({
        status: 'CANCELLED',
        cancelledAt: now.toISOString(),
        qrCode: null,
        refund: {
          originalAmount: { amount: '370.00' },
          cancellationFee: { amount: '37.00' },
          refundAmount: { amount: '333.00' },
          refundStatus: 'PROCESSING',
        },
        payment: { status: 'REFUNDED', refundAmount: { amount: '333.00' } },
      });
      expect(ticket.refunds.map(({ id }: { id: string }) => id)).not.toContain(ticket.refund.id);
      expect(ticket.seats.map(({ refund }: { refund: { id: string } }) => refund.id).sort()).toEqual(
        ticket.refunds.map(({ id }: { id: string }) => id).sort(),
      );
      expect(await stillHeld(id)).toEqual([]);
    },
  );

  it('and then the ticket cancels the rest only', async () => {
    const id = await given();
    await cancel(id, ['A1']);
    const { data } = await api.send(
      `mutation { cancelTicket(id: "${id}", expectedRefund: "166.50") { __typename status refund { refundAmount { amount } } ticket { refund { refundAmount { amount } } } } }`,
    );
    expect(data.cancelTicket).toEqual({
      __typename: 'TicketCancelled',
      status: 'CANCELLED',
      refund: { refundAmount: { amount: '166.50' } },
      ticket: { refund: { refundAmount: { amount: '333.00' } } },
    });
  });

  it('of all seats together is the cancellation of the ticket, with one refund', async () => {
    const id = await given({ policyId: 'policy-flat-10-v1' });
    expect(await cancel(id, ['A2', 'A1', 'A1'], { refund: '333' })).toMatchObject({
      __typename: 'SeatsCancelled',
      status: 'CANCELLED',
      message: 'Seats cancelled successfully: A1, A2',
    });
    const ticket = await read(id);
    expect(ticket.refund).toEqual(ticket.refunds[0]);
    expect(ticket.timeline.at(-1)).toMatchObject({ type: 'CANCELLED', seatNumbers: null });
  });

  it('of a ticket that cost nothing needs no payment and no refund', async () => {
    const id = await given({ discount: 42_000n });
    await api.database.db.delete(payments).where(eq(payments.ticketId, id));
    expect(await cancel(id, ['A1'])).toMatchObject({
      __typename: 'SeatsCancelled',
      refund: { refundAmount: { amount: '0.00' }, refundStatus: 'NOT_REQUIRED' },
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['where the policy forbids it', 'policy-flat-10-v1', 0n, 'This ticket can only be cancelled as a whole.'],
    [
      'where the ticket had a discount',
      'policy-base-25-50-v1',
      5_000n,
      'This ticket was sold at a discount, so it can only be cancelled as a whole.',
    ],
  ])('%s changes nothing', async (_words, policyId, discount, message) => {
    const id = await given({ policyId, discount });
    expect(await quoteOf(id, ['A1'])).toBeNull();
    expect(await quoteOf(id, null)).not.toBeNull();
    expect(await cancel(id, ['A1'])).toMatchObject({
      __typename: 'PartialNotAllowed',
      code: 'PARTIAL_NOT_ALLOWED',
      status: 'CONFIRMED',
      refund: null,
      message,
    });
    expect(await stillHeld(id)).toHaveLength(2);
  });

  it('of a seat that is cancelled names it, with its refund', async () => {
    const id = await given({ seatNumbers: ['1', '2', '3'] });
    const { refund } = await cancel(id, ['A2']);
    expect(await quoteOf(id, ['A2', 'A3'])).toBeNull();
    expect(await cancel(id, ['A2', 'A3'])).toMatchObject({
      __typename: 'SeatsUnavailable',
      code: 'SEATS_UNAVAILABLE',
      message: 'Already cancelled: A2',
      seats: [{ id: `${id}:A2`, status: 'CANCELLED', refund: { id: refund.id } }],
      ticket: { status: 'CONFIRMED' },
    });
    expect(await stillHeld(id)).toHaveLength(2);
  });

  it('of another refund than agreed to has the new quote of these seats', async () => {
    const id = await given();
    expect(await cancel(id, ['A1'], { refund: '166.49' })).toMatchObject({
      __typename: 'QuoteChanged',
      message: 'The refund is now 166.50 INR. The seats were not cancelled.',
      quote: { refundAmount: { amount: '166.50' } },
    });
  });

  it('after the deadline, and of a cancelled ticket', async () => {
    const id = await given();
    time.set(ahead(HOUR));
    expect(await cancel(id, ['A1'])).toMatchObject({ __typename: 'CancellationNotAllowed' });
    time.set(now);
    await cancel(id, ['A1', 'A2']);
    expect(await cancel(id, ['A1'])).toMatchObject({
      __typename: 'InvalidStatus',
      refund: { refundAmount: { amount: '333.00' } },
    });
  });

  it.each([
    ['no seat', []],
    ['a seat of no ticket', ['TKT-X:A1']],
    ['a seat that the ticket does not have', ['TKT:A9']],
    ['NUL', ['\u0000']],
    ['the id of the hall', ['seat-A1']],
    ['too many', Array.from({ length: 201 }, (_, n) => `TKT:A${n}`)],
  ])('of %s is BAD_USER_INPUT', async (_words, seats) => {
    const id = await given();
    const { errors, data } = await api.send(CANCEL, { variables: { id, seats } });
    expect([errors?.[0]?.extensions.code, data.cancelSeats]).toEqual(['BAD_USER_INPUT', null]);
  });

  it("of somebody else's ticket is that of a missing one, byte for byte", async () => {
    await givenUser(api.database.db, 'user-ravi');
    const id = await given();
    const foreign = await api.send(CANCEL, { variables: { id, seats: [`${id}:A1`] }, as: 'user-ravi' });
    const missing = await api.send(CANCEL, {
      variables: { id: 'TKT-NONE', seats: [`${id}:A1`] },
      as: 'user-ravi',
    });
    expect(JSON.stringify(foreign)).toBe(JSON.stringify(missing));
    expect(foreign.errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  });
});

describe('a key', () => {
  it('returns the first result again, whatever the order of the seats and what followed', async () => {
    const id = await given({ seatNumbers: ['1', '2', '3', '4'] });
    const first = await cancel(id, ['A1', 'A2'], { key: `${id}-1` });
    await cancel(id, ['A3']);
    const again = await cancel(id, ['A2', 'A1', 'A2'], { key: `${id}-1` });
    expect(again).toMatchObject({
      __typename: 'SeatsCancelled',
      message: first.message,
      refund: first.refund,
      seats: first.seats,
      cancelledAt: first.cancelledAt,
    });
    expect(await api.database.db.select().from(refunds).where(eq(refunds.ticketId, id))).toHaveLength(2);
  });

  it('of the last seat returns the refund of that seat', async () => {
    const id = await given();
    await cancel(id, ['A1']);
    const last = await cancel(id, ['A2'], { key: `${id}-2` });
    expect(await cancel(id, ['A2'], { key: `${id}-2` })).toEqual(last);
  });

  it('is bound to the seats: others, and the whole ticket, are refused', async () => {
    const id = await given({ seatNumbers: ['1', '2', '3'] });
    await cancel(id, ['A1'], { key: `${id}-k` });
    expect((await send(id, ['A2'], { key: `${id}-k` })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    const whole = await api.send(
      `mutation { cancelTicket(id: "${id}", idempotencyKey: "${id}-k") { status } }`,
    );
    expect(whole.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('concurrent calls', () => {
  const typeOf = (answer: { data?: { cancelSeats?: { __typename: string } } }) =>
    answer.data?.cancelSeats?.__typename;

  it('for two halves both succeed; the last one cancels the ticket', async () => {
    const id = await given();
    const answers = await Promise.all([send(id, ['A1']), send(id, ['A2'])]);
    expect(answers.map(typeOf)).toEqual(['SeatsCancelled', 'SeatsCancelled']);
    expect(await read(id, 'status refund { refundAmount { amount } }')).toEqual({
      status: 'CANCELLED',
      refund: { refundAmount: { amount: '333.00' } },
    });
  });

  it('for one seat succeed once', async () => {
    const id = await given();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(id, ['A1'])));
    expect(answers.map(typeOf).sort()).toEqual(['SeatsCancelled', ...Array(19).fill('SeatsUnavailable')]);
  });

  it('for a half and the whole, which named amounts, succeed once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await given();
      const [half, whole] = await Promise.all([
        send(id, ['A1'], { refund: '166.50' }),
        api.send(`mutation { cancelTicket(id: "${id}", expectedRefund: "333.00") { __typename } }`),
      ]);
      expect([
        ['SeatsCancelled', 'QuoteChanged'],
        ['InvalidStatus', 'TicketCancelled'],
      ]).toContainEqual([typeOf(half), whole.data.cancelTicket.__typename]);
    }
  });
});

describe('refunds of one ticket', () => {
  const log = pino({ level: 'silent' });
  const { clock } = time;
  const pay = async (id: string) => {
    const { db } = api.database;
    const due = await db.select().from(refunds).where(eq(refunds.ticketId, id));
    for (const { userId, id: refundId } of due) {
      await sendRefund({ db, clock, jobs: api.jobs, gateway: provider.gateway, log }, { userId, refundId });
    }
  };
  const madeFor = async (id: string) =>
    (await provider.ledger()).refunds.filter(({ notes }) => notes.ticketId === id);

  it('have a key and a life each, and the message about each names its seats', async () => {
    const id = await given({ seatNumbers: ['1', '2', '3'] });
    await cancel(id, ['A1']);
    await pay(id);
    await cancel(id, ['A2', 'A3']);
    await pay(id);
    const made = await madeFor(id);
    expect(made.map(({ notes }) => notes.step)).toEqual([undefined, '2']);
    expect(made.reduce((sum, { amount }) => sum + amount, 0)).toBe(51_300);
    expect(new Set(made.map(({ key }) => key)).size).toBe(2);

    const subjects: string[] = [];
    const { db } = api.database;
    const mailer = mailerOf(async (mail) => {
      subjects.push(`${mail.subject} | ${mail.attachments?.map(({ filename }) => filename).join()}`);
    });
    const ours = (await db.select().from(notifications)).filter(
      ({ ticketId, refundId, channel }) =>
        channel === 'EMAIL' && (ticketId === id || made.some(({ notes }) => notes.refundId === refundId)),
    );
    for (const key of ours.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()))
      await sendNotification({ db, clock, log, mailer, sms: null }, key);
    expect(subjects.sort()).toEqual([
      expect.stringMatching(
        /^Cancelled: seat A1 of your ticket for .* \| ticket\.ics$|^Cancelled: seat A1 .* \| $/,
      ),
      expect.stringMatching(/^Your ticket is cancelled: .* \| cancelled\.ics$/),
    ]);
  });

  it('take each other for no duplicate, even of the same amount', async () => {
    const id = await given();
    await cancel(id, ['A1']);
    await cancel(id, ['A2']);
    await pay(id);
    await pay(id);
    const made = await madeFor(id);
    expect(made.map(({ amount }) => amount)).toEqual([16_650, 16_650]);
    const rows = await api.database.db.select().from(refunds).where(eq(refunds.ticketId, id));
    expect(new Set(rows.map(({ gatewayRefundId }) => gatewayRefundId)).size).toBe(2);
  });
});

it('seats of numeric rows have ids of their own', async () => {
  const id = await given();
  await api.database.db
    .update(ticketSeats)
    .set({ row: '1', number: '11' })
    .where(eq(ticketSeats.seatId, 'seat-A1'));
  expect((await read(id, 'seats { id }')).seats).toEqual(
    expect.arrayContaining([{ id: `${id}:1-11` }, { id: `${id}:A2` }]),
  );
  expect((await api.database.db.select().from(ticketEvents)).length).toBeGreaterThan(0);
});

describe('ids of seats in a quote', () => {
  /** An array whose later items must not be read. */
  const readUpTo = (ids: string[]) =>
    Object.defineProperty([...ids, 'next'], ids.length, {
      get: () => {
        throw new Error('it was read');
      },
    });
  const seats = [{ seatId: 'seat-A1', row: 'A', number: '1', cancelledAt: null }];

  it('are not read beyond the first unknown one, nor if there are too many', () => {
    expect(findSeats(seats, 'TKT', readUpTo(['TKT:A1', 'TKT:A2']))).toBeNull();
    expect(findSeats(seats, 'TKT', Array(201).fill('TKT:A1'))).toBeNull();
    expect(findSeats(seats, 'TKT', Array(200).fill('TKT:A1'))).toEqual(['seat-A1']);
  });

  it('mean the live seat where another service sold two of one label', () => {
    const gone = { ...seats[0], seatId: 'seat-old', row: 'A', number: '1', cancelledAt: now };
    expect(findSeats([...seats, gone], 'TKT', ['TKT:A1'])).toEqual(['seat-A1']);
    expect(findSeats([gone, ...seats], 'TKT', ['TKT:A1'])).toEqual(['seat-A1']);
  });
});

it('a CANCELLED ticket without a refund, which no service may write, hides no other', async () => {
  const id = await given({ userId: 'user-odd' });
  await given({ userId: 'user-odd' });
  await api.send(`mutation { cancelTicket(id: "${id}") { status } }`, { as: 'user-odd' });
  const { db } = api.database;
  const [refund] = await db.delete(refunds).where(eq(refunds.ticketId, id)).returning();
  const { data, errors } = await api.send('{ myTickets { nodes { refund { id } refunds { id } } } }', {
    as: 'user-odd',
  });
  expect([errors, data.myTickets.nodes.length]).toEqual([undefined, 2]);
  if (refund) await db.insert(refunds).values(refund);
});

it('a last seat without a refund leaves the time at which the last money was promised', async () => {
  const id = await given();
  await cancel(id, ['A1']);
  const { db } = api.database;
  await db.insert(cancellationPolicies).values({
    id: 'policy-all-v1',
    name: 'ALL',
    version: 1,
    cutoffMinutes: 60,
    tierOverMinutes: [300, 0],
    tierFeeBps: [1000, 10_000],
    partial: 'ALLOWED',
  });
  await db.update(tickets).set({ policyId: 'policy-all-v1' }).where(eq(tickets.id, id));
  time.set(ahead(2 * HOUR));
  expect(await cancel(id, ['A2'])).toMatchObject({ refund: { refundStatus: 'NOT_REQUIRED' } });
  expect((await read(id)).payment).toMatchObject({
    status: 'REFUNDED',
    refundInitiatedAt: now.toISOString(),
  });
});
