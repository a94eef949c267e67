/** How the price of a ticket is shared among its seats: pure functions of facts that never change. */

/** What a ticket was sold for, in paise. */
export interface TicketPrice {
  baseAmount: bigint;
  discount: bigint;
  convenienceFee: bigint;
}

/** A seat as it was sold. The price is in paise, before discount and convenience fee. */
export interface PricedSeat {
  seatId: string;
  price: bigint;
}

/** What was paid for one seat, in paise. */
export interface PaidShare {
  paid: bigint;
  /** The part of `paid` that is convenience fee. */
  convenienceFee: bigint;
}

/**
 * Returns each seat's share of what was paid, by seat id. The shares add up to the total of the ticket exactly, and
 * none is negative. The discount is shared by price, the convenience fee equally. A discount beyond the base amount
 * reduces the convenience fee.
 */
export function paidShares(
  { baseAmount, discount, convenienceFee }: TicketPrice,
  seats: readonly PricedSeat[],
): Map<string, PaidShare> {
  // The same order for ever: rounding depends on it.
  const inOrder = seats.toSorted((a, b) => (a.seatId < b.seatId ? -1 : a.seatId > b.seatId ? 1 : 0));
  const ofBase = discount < baseAmount ? discount : baseAmount;
  // The same as the prices, unless a service wrote a base amount that is not their sum.
  const bases = share(
    baseAmount,
    inOrder.map(({ price }) => price),
  );
  const discounts = share(ofBase, bases);
  const fees = share(
    convenienceFee - (discount - ofBase),
    inOrder.map(() => 1n),
  );
  return new Map(
    inOrder.map(({ seatId }, i) => {
      const fee = fees[i] ?? 0n;
      return [seatId, { paid: (bases[i] ?? 0n) - (discounts[i] ?? 0n) + fee, convenienceFee: fee }];
    }),
  );
}

/**
 * Shares an amount by weights, with cumulative rounding: the first k shares are the rounded share of their weights
 * together. So all shares add up to the amount. Without any weight, the shares are equal.
 */
export function share(amount: bigint, weights: readonly bigint[]): bigint[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (whole === 0n && weights.length > 0)
    return share(
      amount,
      weights.map(() => 1n),
    );
  let sum = 0n;
  let given = 0n;
  return weights.map((weight) => {
    sum += weight;
    const upToHere = roundHalfUp(amount * sum, whole);
    const one = upToHere - given;
    given = upToHere;
    return one;
  });
}

/** Both at least 0. */
function roundHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}
