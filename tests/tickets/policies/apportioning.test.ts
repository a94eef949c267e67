import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CancellableSeat,
  type CancellableTicket,
  type CancellationPolicy,
  feeOf,
  quoteCancellation,
} from '../../../src/tickets/policies/cancellation-policy.ts';
import { paidShares, share } from '../../../src/tickets/policies/paid-shares.ts';

/** Set PROPERTY_RUNS for a long run. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 20_000);
const HOUR = 3_600_000;
const showStart = new Date('2024-12-15T18:00:00Z');
const early = new Date(showStart.getTime() - 48 * HOUR);
const late = new Date(showStart.getTime() - 6 * HOUR);

const paise = fc.bigInt({ min: 0n, max: 200_000n });
const prices = fc.array(paise, { minLength: 1, maxLength: 12 });

/** A ticket of two tiers, with any prices, discount and fees. */
const tickets = fc
  .record({
    prices,
    discount: fc.double({ min: 0, max: 1.2, noNaN: true }),
    convenienceFee: fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: 20_000n })),
    bps: fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 0, max: 10_000 })),
    feeBase: fc.constantFrom('TOTAL', 'BASE'),
    isKept: fc.boolean(),
  })
  .map(({ prices, discount, convenienceFee, bps, feeBase, isKept }): CancellableTicket => {
    const baseAmount = prices.reduce((sum, price) => sum + price, 0n);
    const wanted = BigInt(Math.floor(Number(baseAmount) * discount));
    const most = baseAmount + convenienceFee;
    const price = { baseAmount, discount: wanted < most ? wanted : most, convenienceFee };
    const totalAmount = baseAmount - price.discount + convenienceFee;
    return {
      status: 'CONFIRMED',
      totalAmount,
      price,
      showStart,
      payment: { status: 'SUCCESS', amount: totalAmount },
      policy: policyOf(bps, feeBase, isKept),
      seats: prices.map((one, i) => ({ seatId: `seat-${i}`, price: one, cancelledAt: null })),
    };
  });

function policyOf(bps: number[], feeBase: 'TOTAL' | 'BASE', isKept: boolean): CancellationPolicy {
  return {
    name: 'ANY',
    version: 1,
    cutoffMinutes: 60,
    tierOverMinutes: [1440, 0],
    tierFeeBps: bps,
    feeBase,
    convenienceFeeRefundable: feeBase === 'TOTAL' || !isKept,
    partial: 'ALLOWED',
    etaMinBusinessDays: 3,
    etaMaxBusinessDays: 5,
  };
}

/** The seats of a ticket, shuffled and cut into groups. */
const cut = (seats: readonly CancellableSeat[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...seats], { minLength: seats.length }),
      fc.array(fc.boolean(), { minLength: seats.length, maxLength: seats.length }),
    )
    .map(([order, isCut]) =>
      order.reduce<string[][]>((groups, { seatId }, i) => {
        if (i === 0 || isCut[i]) groups.push([]);
        groups.at(-1)?.push(seatId);
        return groups;
      }, []),
    );

const ticketsCut = tickets.chain((ticket) =>
  fc.record({ ticket: fc.constant(ticket), groups: cut(ticket.seats ?? []) }),
);

/** Cancels groups of seats one after the other; each at its time. Refunds below the minimum are made too. */
function refundsOf(ticket: CancellableTicket, groups: string[][], times: Date[]): bigint[] {
  let seats = ticket.seats ?? [];
  return groups.map((group, i) => {
    const now = times[i] ?? early;
    const quote = quoteAnyAmount({ ...ticket, seats }, now, group);
    seats = seats.map((seat) => (group.includes(seat.seatId) ? { ...seat, cancelledAt: now } : seat));
    return quote.refundAmount;
  });
}

/** A group that would refund less than Rs 1 is no partial cancellation; its refund follows from the others. */
function quoteAnyAmount(ticket: CancellableTicket, now: Date, group: string[]) {
  const quote = quoteCancellation(ticket, now, group);
  if (quote) {
    expect(quote.cancellationFee + quote.refundAmount).toBe(quote.originalAmount);
    expect(quote.refundAmount >= 0n && quote.cancellationFee >= 0n && quote.originalAmount >= 0n).toBe(true);
    return quote;
  }
  throw new BelowMinimum();
}

class BelowMinimum extends Error {}

/** Whether no group is refused; runs of others are skipped. */
function isAllowed(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof BelowMinimum) fc.pre(false);
    throw error;
  }
}

const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

describe('shares', () => {
  it('add up to the amount, and none is negative', () => {
    fc.assert(
      fc.property(paise, prices, (amount, weights) => {
        const shares = share(amount, weights);
        expect(sum(shares)).toBe(amount);
        expect(shares.every((one) => one >= 0n)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('of what was paid add up to the total, and none is negative, whatever the discount', () => {
    fc.assert(
      fc.property(tickets, ({ price, totalAmount, seats = [] }) => {
        if (!price) throw new Error('no price');
        const shares = [...paidShares(price, seats).values()];
        expect(sum(shares.map(({ paid }) => paid))).toBe(totalAmount);
        expect(
          shares.every(({ paid, convenienceFee }) => paid >= convenienceFee && convenienceFee >= 0n),
        ).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });

  it('do not depend on the order in which the seats are read', () => {
    fc.assert(
      fc.property(ticketsCut, ({ ticket, groups }) => {
        if (!ticket.price) throw new Error('no price');
        const seats = ticket.seats ?? [];
        const shuffled = groups.flat().map((id) => seats.find(({ seatId }) => seatId === id) ?? seats[0]);
        const again = paidShares(ticket.price, shuffled as CancellableSeat[]);
        expect(new Map([...again].sort())).toEqual(new Map([...paidShares(ticket.price, seats)].sort()));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('cancelling seat by seat', () => {
  it('within one tier refunds what cancelling all together does, to the paisa', () => {
    fc.assert(
      fc.property(ticketsCut, ({ ticket, groups }) => {
        isAllowed(() => {
          const whole = quoteCancellation(ticket, early)?.refundAmount;
          expect(sum(refundsOf(ticket, groups, []))).toBe(whole);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('across a change of tier keeps the fee of each part, within one paisa', () => {
    fc.assert(
      fc.property(ticketsCut, fc.nat({ max: 12 }), ({ ticket, groups }, first) => {
        isAllowed(() => {
          const times = groups.map((_, i) => (i < first ? early : late));
          const refunds = refundsOf(ticket, groups, times);
          const { policy, price } = ticket;
          if (!price) throw new Error('no price');
          const shares = paidShares(price, ticket.seats ?? []);
          const exact = groups.map((group, i) => {
            const of = group.map((id) => shares.get(id) ?? { paid: 0n, convenienceFee: 0n });
            const paid = sum(of.map((one) => one.paid));
            const fee = sum(of.map((one) => one.convenienceFee));
            const base = policy.feeBase === 'TOTAL' ? paid : paid - fee;
            const kept = policy.convenienceFeeRefundable ? 0n : fee;
            const bps = BigInt(policy.tierFeeBps[times[i] === early ? 0 : 1] ?? 0);
            return (paid - kept) * 10_000n - base * bps;
          });
          const difference = sum(refunds) * 10_000n - sum(exact);
          expect(difference > -10_000n - 5_000n && difference < 10_000n + 5_000n).toBe(true);
        });
      }),
      { numRuns: RUNS },
    );
  });

  it('is the worked example of the specification in two parts, in either order', () => {
    const ticket: CancellableTicket = {
      status: 'CONFIRMED',
      totalAmount: 37_000n,
      price: { baseAmount: 40_000n, discount: 5_000n, convenienceFee: 2_000n },
      showStart,
      payment: { status: 'SUCCESS', amount: 37_000n },
      policy: { ...policyOf([1000], 'TOTAL', false), tierOverMinutes: [0] },
      seats: ['seat-A1', 'seat-A2'].map((seatId) => ({ seatId, price: 20_000n, cancelledAt: null })),
    };
    for (const order of [
      ['seat-A1', 'seat-A2'],
      ['seat-A2', 'seat-A1'],
    ]) {
      const refunds = refundsOf(
        ticket,
        order.map((id) => [id]),
        [late, late],
      );
      expect([refunds, sum(refunds), 37_000n - sum(refunds)]).toEqual([[16_650n, 16_650n], 33_300n, 3_700n]);
    }
  });
});

describe('a choice of seats', () => {
  const ticket = (changes: Partial<CancellationPolicy> = {}, discount = 0n): CancellableTicket => ({
    status: 'CONFIRMED',
    totalAmount: 40_000n - discount,
    price: { baseAmount: 40_000n, discount, convenienceFee: 0n },
    showStart,
    payment: { status: 'SUCCESS', amount: 40_000n - discount },
    policy: { ...policyOf([1000, 1000], 'TOTAL', false), ...changes },
    seats: ['a', 'b'].map((seatId) => ({ seatId, price: 20_000n, cancelledAt: null })),
  });

  it.each([
    ['the policy allows it', ticket(), true],
    ['the policy forbids it', ticket({ partial: 'FORBIDDEN' }), false],
    ['the policy forbids it with a discount', ticket({ partial: 'NO_DISCOUNT' }, 100n), false],
    ['there was none', ticket({ partial: 'NO_DISCOUNT' }), true],
    ['the refund would be Rs 0.99', ticket({ tierFeeBps: [9951, 9951] }), false],
    ['the refund would be Rs 1', ticket({ tierFeeBps: [9950, 9950] }), true],
    ['the refund would be nothing', ticket({ tierFeeBps: [10_000, 10_000] }), true],
  ])('where %s', (_words, sold, isQuoted) => {
    expect(quoteCancellation(sold, late, ['a']) !== null).toBe(isQuoted);
    // All of them are no choice.
    expect(quoteCancellation(sold, late, ['b', 'a'])).toEqual(quoteCancellation(sold, late));
  });

  it('keeps the convenience fee where the policy says so: 25 % of the base price until two hours', () => {
    const base = ticket({ feeBase: 'BASE', convenienceFeeRefundable: false, tierFeeBps: [2500, 5000] });
    const sold = { ...base, totalAmount: 44_000n, payment: { status: 'SUCCESS', amount: 44_000n } as const };
    const price = { baseAmount: 40_000n, discount: 0n, convenienceFee: 4_000n };
    expect(quoteCancellation({ ...sold, price }, early)).toMatchObject({
      originalAmount: 44_000n,
      cancellationFee: feeOf(40_000n, 2500) + 4_000n,
      convenienceFeeKept: 4_000n,
      refundAmount: 30_000n,
    });
    expect(quoteCancellation({ ...sold, price }, early, ['a'])).toMatchObject({
      originalAmount: 22_000n,
      convenienceFeeKept: 2_000n,
      refundAmount: 15_000n,
    });
  });
});
