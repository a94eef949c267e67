import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/platform/db/clock.ts';
import { seats, showSeats, shows } from '../../src/platform/db/tables/index.ts';
import { readQrCode } from '../support/read-qr-code.ts';
import { startTestApi, type TestApi } from '../support/test-api.ts';
import { givenCatalogue, givenTicket, HOUR } from '../support/world.ts';

const showStart = new Date('2024-12-15T18:00:00Z');
const now = new Date('2024-12-15T12:00:00Z');

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ clock: { ...systemClock, now: () => now } });
  const { db } = api.database;
  await givenCatalogue(db);
  await givenTicket(db, {
    id: 'TKT-20241215-ABC123',
    showStart,
    bookingTime: new Date('2024-12-15T10:30:00Z'),
  });
  await givenTicket(db, { id: 'TKT-TIERED', showStart, policyId: 'policy-tiered-10-20-v1' });
  await givenTicket(db, { id: 'TKT-HOLD', showStart, status: 'PENDING_PAYMENT' });
  await givenTicket(db, { id: 'TKT-EXPIRED', showStart, status: 'EXPIRED' });
  await givenTicket(db, { id: 'TKT-PAST', showStart: new Date(now.getTime() - 48 * HOUR) });
});
afterAll(() => api.close());

async function ticket(id: string, fields: string) {
  const { data, errors } = await api.send(`query($id: ID!) { ticket(id: $id) { ${fields} } }`, {
    variables: { id },
  });
  expect(errors).toBeUndefined();
  return data.ticket;
}

describe('a ticket', () => {
  it("has every field of the specification's details", async () => {
    const money = '{ amount currencyCode }';
    const detail = await ticket(
      'TKT-20241215-ABC123',
      `id bookingTime status
       show { movie { id name posterUrl duration rating } theater { id name address city timeZone } screen { name } startTime endTime }
       seats { row number seatType price ${money} }
       pricing { baseAmount ${money} discount ${money} convenienceFee ${money} totalAmount ${money} }
       payment { transactionId paymentMode amount ${money} status paymentTime }
       seatsCount seatNumbers totalAmount ${money} canCancel cancelDeadline timing`,
    );
    const rupees = (amount: string) => ({ amount, currencyCode: 'INR' });
    const seat = (number: string) => ({ row: 'A', number, seatType: 'GOLD', price: rupees('200.00') });
    expect(detail).toEqual({
      id: 'TKT-20241215-ABC123',
      bookingTime: '2024-12-15T10:30:00.000Z',
      status: 'CONFIRMED',
      show: {
        movie: {
          id: 'movie-endgame',
          name: 'Avengers: Endgame',
          posterUrl: `${api.origin}/posters/movie-endgame.svg`,
          duration: 181,
          rating: 8.4,
        },
        theater: {
          id: 'theater-pvr',
          name: 'PVR Phoenix',
          address: 'High Street Phoenix, Lower Parel, Mumbai',
          city: 'Mumbai',
          timeZone: 'Asia/Kolkata',
        },
        screen: { name: 'Screen 1' },
        startTime: '2024-12-15T18:00:00.000Z',
        endTime: '2024-12-15T21:01:00.000Z',
      },
      seats: [seat('1'), seat('2')],
      pricing: {
        baseAmount: rupees('400.00'),
        discount: rupees('50.00'),
        convenienceFee: rupees('20.00'),
        totalAmount: rupees('370.00'),
      },
      payment: {
        transactionId: 'pay_TKT-20241215-ABC123',
        paymentMode: 'UPI',
        amount: rupees('370.00'),
        status: 'SUCCESS',
        paymentTime: '2024-12-15T10:30:00.000Z',
      },
      seatsCount: 2,
      seatNumbers: ['A1', 'A2'],
      totalAmount: rupees('370.00'),
      canCancel: true,
      cancelDeadline: '2024-12-15T17:00:00.000Z',
      timing: 'UPCOMING',
    });
  });

  it('has a quote for cancelling now', async () => {
    const fields =
      'cancellationQuote { originalAmount { amount } cancellationFee { amount } refundAmount { amount } feePercent refundEta validUntil }';
    expect(await ticket('TKT-20241215-ABC123', fields)).toEqual({
      cancellationQuote: {
        originalAmount: { amount: '370.00' },
        cancellationFee: { amount: '37.00' },
        refundAmount: { amount: '333.00' },
        feePercent: 10,
        refundEta: '3-5 business days',
        validUntil: '2024-12-15T17:00:00.000Z',
      },
    });
    expect(await ticket('TKT-TIERED', 'cancellationQuote { cancellationFee { amount } feePercent }')).toEqual(
      {
        cancellationQuote: { cancellationFee: { amount: '74.00' }, feePercent: 20 },
      },
    );
  });

  it('has the policy that it was sold under', async () => {
    const fields =
      'cancellationPolicy { name version cutoffMinutes tiers { overMinutes feePercent } refundEta }';
    expect((await ticket('TKT-TIERED', fields)).cancellationPolicy).toEqual({
      name: 'TIERED_10_20',
      version: 1,
      cutoffMinutes: 60,
      tiers: [
        { overMinutes: 1440, feePercent: 10 },
        { overMinutes: 0, feePercent: 20 },
      ],
      refundEta: '3-5 business days',
    });
  });

  it.each([
    [
      'TKT-HOLD',
      { status: 'PENDING_PAYMENT', holdExpiresAt: '2024-12-13T18:05:00.000Z', timing: 'UPCOMING' },
    ],
    ['TKT-EXPIRED', { status: 'EXPIRED', holdExpiresAt: null, timing: 'UPCOMING' }],
  ])('%s has neither payment nor quote nor QR code', async (id, expected) => {
    const fields =
      'status holdExpiresAt timing canCancel cancellationQuote { feePercent } payment { id } refund { id } qrCode';
    const nothing = { canCancel: false, cancellationQuote: null, payment: null, refund: null, qrCode: null };
    expect(await ticket(id, fields)).toEqual({ ...expected, ...nothing });
  });

  it('of a past show stays CONFIRMED and cannot be cancelled', async () => {
    const fields = 'status timing canCancel cancellationQuote { feePercent }';
    const expected = { status: 'CONFIRMED', timing: 'PAST', canCancel: false, cancellationQuote: null };
    expect(await ticket('TKT-PAST', fields)).toEqual(expected);
  });

  it('has a QR code with its id', async () => {
    const { qrCode } = await ticket('TKT-20241215-ABC123', 'qrCode');
    expect(readQrCode(qrCode).text).toBe('TKT-20241215-ABC123');
  });

  it('has a timeline, oldest first', async () => {
    const { timeline } = await ticket('TKT-20241215-ABC123', 'timeline { type actor at }');
    const at = '2024-12-15T10:30:00.000Z';
    expect(timeline).toEqual([
      { type: 'HELD', actor: 'USER', at },
      { type: 'CONFIRMED', actor: 'GATEWAY', at },
    ]);
  });

  it('follows a show that is moved, and keeps its seats when the hall and the prices change', async () => {
    const { db } = api.database;
    await givenTicket(db, { id: 'TKT-MOVED', showStart, seatNumbers: ['10', '9', '2'] });
    await db
      .update(shows)
      .set({ startTime: new Date('2024-12-15T12:59:59Z') })
      .where(eq(shows.id, 'show-TKT-MOVED'));
    await db.update(showSeats).set({ price: 99_900n }).where(eq(showSeats.showId, 'show-TKT-MOVED'));
    await db.update(seats).set({ row: 'Z', seatType: 'PLATINUM' }).where(eq(seats.id, 'seat-A9'));
    const fields = 'cancelDeadline canCancel seatNumbers seats { number seatType price { amount } }';
    const sold = (number: string) => ({ number, seatType: 'GOLD', price: { amount: '200.00' } });
    expect(await ticket('TKT-MOVED', fields)).toEqual({
      cancelDeadline: '2024-12-15T11:59:59.000Z',
      canCancel: false,
      seatNumbers: ['A2', 'A9', 'A10'],
      seats: [sold('2'), sold('9'), sold('10')],
    });
  });
});

describe('ids', () => {
  it('are unique across all types', async () => {
    const { data } = await api.send(
      '{ myTickets { nodes { id show { id movie { id } theater { id } screen { id } } seats { id showSeatId } payment { id } } } }',
    );
    const byId = new Map<string, string>();
    const walk = (value: unknown, type: string): void => {
      if (Array.isArray(value)) for (const item of value) walk(item, type);
      else if (value !== null && typeof value === 'object') {
        for (const [key, item] of Object.entries(value)) {
          if (key === 'id' && typeof item === 'string')
            expect(byId.set(item, byId.get(item) ?? type).get(item)).toBe(type);
          else walk(item, key);
        }
      }
    };
    walk(data, 'data');
    expect(byId.size).toBeGreaterThan(15);
  });
});
