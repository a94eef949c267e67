import { getTableColumns, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { type payments, shows, ticketSeats, tickets } from '../platform/db/tables/index.ts';
import type { CancellationPolicy } from './policies/cancellation-policy.ts';
import { readPolicies } from './policies/read-policies.ts';
import type { SoldSeat } from './seats/seat.type.ts';
import type { Screening } from './shows/show.loader.ts';

type Ticket = typeof tickets.$inferSelect;

/** Few fields are made of the first ones: a page that shows none of those brings the usual ones only. */
const {
  userId,
  holdExpiresAt,
  cancelledAt,
  baseAmount,
  discount,
  convenienceFee,
  currency,
  ...usualColumns
} = getTableColumns(tickets);

/** A ticket with what its derived fields need: its show's times and its policy. */
export interface TicketRow extends Screening {
  ticket: Pick<Ticket, keyof typeof usualColumns> & Partial<Ticket>;
  policy: CancellationPolicy;
  /** Where the same statement brought them; in no order. */
  seats?: SoldSeat[];
  /** Where it brought no more of them than what they are called; in no order. */
  seatLabels?: string[];
  /** Where the same statement brought it; null when there is none. */
  payment?: typeof payments.$inferSelect | null;
}

/** One with every column. */
export interface WholeTicketRow extends TicketRow {
  ticket: Ticket;
}

/** What a read of tickets selects. */
export const ticketFields = {
  ticket: tickets,
  showStart: shows.startTime,
  showEnd: shows.endTime,
  movieId: shows.movieId,
  screenId: shows.screenId,
};

export const usualTicketFields = { ...ticketFields, ticket: usualColumns };

/**
 * The seats of a selected ticket as one value, so that a page with its seats is one statement.
 *
 * @param userId the ticket's user. Where the tickets are of one, the placeholder `userId` again: Citus would otherwise look
 *   for the seats on every shard
 */
export const seatsOfTicketOf = (userId: SQLWrapper) =>
  sql`(
  select coalesce(json_agg(json_build_array(seat_id, "row", number, seat_type, price::text)), '[]')
  from ${ticketSeats} where user_id = ${userId} and ticket_id = ${tickets.id})`.mapWith(toSoldSeats);

type SeatColumns = [seatId: string, row: string, number: string, SoldSeat['seatType'], price: string];

function toSoldSeats(seats: SeatColumns[]): SoldSeat[] {
  return seats.map(([seatId, row, number, seatType, price]) => ({
    seatId,
    row,
    number,
    seatType,
    price: BigInt(price),
  }));
}

export const seatsOfTicket = seatsOfTicketOf(sql.placeholder('userId'));

/** Their labels only: a page that shows no more of them takes a third less of the database's time. */
export const seatLabelsOfTicket = sql<string[]>`array(
  select "row" || number from ${ticketSeats} where user_id = ${sql.placeholder('userId')} and ticket_id = ${tickets.id})`;

/** Adds to each row its policy. */
export async function withPolicies<Row extends Pick<TicketRow, 'ticket'>>(
  db: Database,
  rows: Row[],
): Promise<(Row & Pick<TicketRow, 'policy'>)[]> {
  const policies = await readPolicies(
    db,
    rows.map(({ ticket }) => ticket.policyId),
  );
  return rows.map((row) => {
    const policy = policies.get(row.ticket.policyId);
    if (!policy) throw new Error(`policy ${row.ticket.policyId} is missing`);
    // The row is nobody else's yet, and a copy of it takes as long as making it did.
    return Object.assign(row, { policy });
  });
}
