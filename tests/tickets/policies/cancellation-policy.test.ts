import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CancellableTicket,
  type CancellationPolicy,
  canCancel,
  cancelDeadline,
  deadlineMessage,
  decideCancellation,
  feeOf,
  quoteCancellation,
} from '../../../src/tickets/policies/cancellation-policy.ts';

const HOUR = 3_600_000;
const start = new Date('2024-12-15T18:00:00Z');
const flat: CancellationPolicy = {
  name: 'FLAT_10',
  version: 1,
  cutoffMinutes: 60,
  tierOverMinutes: [0],
  tierFeeBps: [1000],
  etaMinBusinessDays: 3,
  etaMaxBusinessDays: 5,
  feeBase: 'TOTAL',
  convenienceFeeRefundable: true,
  partial: 'ALLOWED',
};
const tiered = { ...flat, name: 'TIERED_10_20', tierOverMinutes: [1440, 0], tierFeeBps: [1000, 2000] };
const ticket: CancellableTicket = {
  status: 'CONFIRMED',
  totalAmount: 37_000n,
  showStart: start,
  policy: flat,
  payment: { status: 'SUCCESS', amount: 37_000n },
};
const ahead = (milliseconds: number) => new Date(start.getTime() - milliseconds);

describe('a ticket with a refund', () => {
  it.each([
    ['without a payment', null],
    ['with a pending one', { status: 'PENDING', amount: 37_000n }],
    ['with a failed one', { status: 'FAILED', amount: 37_000n }],
    ['with a refunded one', { status: 'REFUNDED', amount: 37_000n }],
    ['with one of another amount', { status: 'SUCCESS', amount: 36_999n }],
  ] as const)('%s can neither be cancelled nor quoted', (_words, payment) => {
    const unpaid = { ...ticket, payment };
    const now = ahead(6 * HOUR);
    expect(decideCancellation(unpaid, now, null)).toEqual({ kind: 'unpaid' });
    expect([canCancel(unpaid, now), quoteCancellation(unpaid, now)]).toEqual([false, null]);
    const free = { ...unpaid, totalAmount: 0n };
    expect(canCancel(free, now)).toBe(true);
  });

  it('with a payment of its total can', () => {
    expect(canCancel(ticket, ahead(6 * HOUR))).toBe(true);
  });
});

describe('the flat policy', () => {
  it("matches the specification's example: 370.00, six hours ahead, fee 37.00, refund 333.00", () => {
    const quote = quoteCancellation(ticket, ahead(6 * HOUR));
    expect(quote).toMatchObject({
      originalAmount: 37_000n,
      cancellationFee: 3_700n,
      refundAmount: 33_300n,
      feeBps: 1000,
    });
  });

  it.each([
    ['a millisecond before the deadline', HOUR + 1, 'cancel'],
    ['at the deadline', HOUR, 'tooLate'],
    ['a millisecond after the deadline', HOUR - 1, 'tooLate'],
    ['after the show', -10 * HOUR, 'tooLate'],
  ])('%s decides: %s ms before the show -> %s', (_words, milliseconds, kind) => {
    expect(decideCancellation(ticket, ahead(milliseconds), null).kind).toBe(kind);
    expect(canCancel(ticket, ahead(milliseconds))).toBe(kind === 'cancel');
  });

  it('puts the deadline one hour before the start, whatever the status', () => {
    const cancelled = { ...ticket, status: 'CANCELLED' } as const;
    expect(cancelDeadline(cancelled)).toEqual(new Date('2024-12-15T17:00:00Z'));
  });
});

describe('the tiered policy', () => {
  it.each([
    ['more than a day ahead', 24 * HOUR + 1, 3_700n, ahead(24 * HOUR)],
    ['exactly a day ahead', 24 * HOUR, 7_400n, ahead(HOUR)],
    ['two hours ahead', 2 * HOUR, 7_400n, ahead(HOUR)],
  ])('%s', (_words, milliseconds, fee, validUntil) => {
    const quote = quoteCancellation({ ...ticket, policy: tiered }, ahead(milliseconds));
    expect(quote).toMatchObject({ cancellationFee: fee, validUntil });
  });

  it('returns a quote that holds until a millisecond before validUntil', () => {
    const sold = { ...ticket, policy: tiered };
    const quote = quoteCancellation(sold, ahead(30 * HOUR));
    expect(quoteCancellation(sold, ahead(24 * HOUR + 1))).toEqual(quote);
    expect(quoteCancellation(sold, ahead(24 * HOUR))).not.toEqual(quote);
  });
});

describe('a decision', () => {
  it.each(['PENDING_PAYMENT', 'CANCELLED', 'EXPIRED'] as const)(
    'refuses a ticket that is %s before other checks',
    (status) => {
      expect(decideCancellation({ ...ticket, status }, ahead(-HOUR), 1n)).toEqual({ kind: 'invalidStatus' });
    },
  );

  it('checks the deadline before it compares the refund', () => {
    expect(decideCancellation(ticket, ahead(HOUR), 1n)).toEqual({ kind: 'tooLate', deadline: ahead(HOUR) });
  });

  it('refuses another refund than expected, with the new quote', () => {
    const decision = decideCancellation(ticket, ahead(6 * HOUR), 33_299n);
    expect(decision).toMatchObject({ kind: 'quoteChanged', quote: { refundAmount: 33_300n } });
    expect(decideCancellation(ticket, ahead(6 * HOUR), 33_300n).kind).toBe('cancel');
  });
});

describe('the fee', () => {
  it.each([
    [1n, 1000, 0n],
    [5n, 1000, 1n],
    [4n, 1000, 0n],
    [15n, 1000, 2n],
    [99_999n, 3333, 33_330n],
  ])('of %s paise at %s basis points is %s, rounded half up', (total, bps, fee) => {
    expect(feeOf(total, bps)).toBe(fee);
  });

  it('plus the refund is the total, and neither is negative', () => {
    const totals = fc.bigInt({ min: 0n, max: 2n ** 62n });
    fc.assert(
      fc.property(totals, fc.integer({ min: 0, max: 10_000 }), (totalAmount, bps) => {
        const payment = { status: 'SUCCESS', amount: totalAmount } as const;
        const sold = { ...ticket, totalAmount, payment, policy: { ...flat, tierFeeBps: [bps] } };
        const quote = quoteCancellation(sold, ahead(6 * HOUR));
        expect(quote && quote.cancellationFee + quote.refundAmount).toBe(totalAmount);
        expect(quote && quote.cancellationFee >= 0n && quote.refundAmount >= 0n).toBe(true);
      }),
    );
  });

  it('differs from the exact share by at most half a paisa', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 62n }),
        fc.integer({ min: 0, max: 10_000 }),
        (total, bps) => {
          const error = feeOf(total, bps) * 10_000n - total * BigInt(bps);
          expect(error > -5_000n && error <= 5_000n).toBe(true);
        },
      ),
    );
  });

  it('never falls as the show approaches, if later tiers have higher fees', () => {
    const times = fc.integer({ min: HOUR + 1, max: 72 * HOUR });
    fc.assert(
      fc.property(times, times, (a, b) => {
        const sold = { ...ticket, policy: tiered };
        const [early, late] = [ahead(Math.max(a, b)), ahead(Math.min(a, b))];
        const fees = [early, late].map((now) => quoteCancellation(sold, now)?.cancellationFee ?? -1n);
        expect(fees[0] !== undefined && fees[1] !== undefined && fees[0] <= fees[1]).toBe(true);
      }),
    );
  });
});

describe("the deadline's message", () => {
  it.each([
    [60, 'Cannot cancel ticket within 1 hour of show time'],
    [120, 'Cannot cancel ticket within 2 hours of show time'],
    [90, 'Cannot cancel ticket within 90 minutes of show time'],
    [1, 'Cannot cancel ticket within 1 minute of show time'],
    [0, 'Cannot cancel ticket after show time'],
  ])('for a cutoff of %s minutes', (cutoffMinutes, message) => {
    expect(deadlineMessage({ ...flat, cutoffMinutes })).toBe(message);
  });
});
