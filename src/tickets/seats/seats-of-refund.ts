/**
 * Returns the seats that a refund is of: those marked with it. The last cancellation of a ticket marks no seats, so its
 * refund is of those without a mark.
 */
export function seatsOfRefund<Seat extends { refundId: string | null }>(
  seats: readonly Seat[],
  refundId: string,
): Seat[] {
  const marked = seats.filter((seat) => seat.refundId === refundId);
  return marked.length > 0 ? marked : seats.filter((seat) => seat.refundId === null);
}
