import { and, eq } from 'drizzle-orm';
import type { Transaction } from '../platform/db/database.ts';
import { ticketSeats } from '../platform/db/tables/index.ts';
import { seatLabels } from '../tickets/seats/seat-label.ts';
import { seatsOfRefund } from '../tickets/seats/seats-of-refund.ts';
import type { RefundRow } from './refund-transitions.ts';

/** The facts of a timeline event about a refund: its id, and the seats if it is of some seats only. */
export async function factsOfRefund(
  tx: Transaction,
  { userId, ticketId, id }: Pick<RefundRow, 'userId' | 'ticketId' | 'id'>,
): Promise<Record<string, unknown>> {
  const sold = await tx
    .select({ row: ticketSeats.row, number: ticketSeats.number, refundId: ticketSeats.refundId })
    .from(ticketSeats)
    .where(and(eq(ticketSeats.userId, userId), eq(ticketSeats.ticketId, ticketId)));
  const seats = seatsOfRefund(sold, id);
  return {
    refundId: id,
    ...(seats.length < sold.length && { seats: seatLabels(seats) }),
  };
}
