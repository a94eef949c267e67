import { eq, getTableColumns, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { rowsAsJson } from '../platform/db/rows-as-json.ts';
import { payments, refunds, shows, ticketEvents, ticketSeats, tickets } from '../platform/db/tables/index.ts';
import type { CancellationPolicy, PaymentState } from './policies/cancellation-policy.ts';
import { readPolicies } from './policies/read-policies.ts';
import type { SoldSeat } from './seats/seat.type.ts';
import type { Place } from './seats/seat-label.ts';
import type { Screening } from './shows/show.loader.ts';

type Ticket = typeof tickets.$inferSelect;

/** Few fields need the columns listed here. A page without those fields reads only `usualColumns`. */
const {
  userId,
  holdExpiresAt,
  cancelledAt,
  baseAmount,
  discount,
  convenienceFee,
  currency,
  listedStart,
  listedEnd,
  ...usualColumns
} = getTableColumns(tickets);

/** A ticket with the times of its show and its policy. Amounts in paise. */
export interface TicketRow extends Screening {
  ticket: Pick<Ticket, keyof typeof usualColumns> & Partial<Ticket>;
  policy: CancellationPolicy;
  /** Present if the same query read them; unordered. */
  seats?: SoldSeat[];
  /** Present if the same query read only the rows and numbers of the seats; unordered. */
  places?: Place[];
  /** Present if the same query read it; null if the ticket has none. */
  payment?: typeof payments.$inferSelect | null;
  /** Present if the same query read only this of the payment; null if there is none, or none is needed. */
  paymentState?: PaymentState | null;
  /** Present if the same query read them: at most one. */
  payments?: (typeof payments.$inferSelect)[];
  /** Present if the same query read them; unordered. */
  refunds?: (typeof refunds.$inferSelect)[];
  /** Present if the same query read them; unordered. */
  events?: (typeof ticketEvents.$inferSelect)[];
  /** Present in lists by show time: the start by which they are sorted. */
  listedStart?: Date | null;
}

/** A ticket row with every column. */
export interface WholeTicketRow extends TicketRow {
  ticket: Ticket;
}

/** The columns of a query for ticket rows. */
export const ticketFields = {
  ticket: tickets,
  showStart: shows.startTime,
  showEnd: shows.endTime,
  movieId: shows.movieId,
  screenId: shows.screenId,
};

export const usualTicketFields = { ...ticketFields, ticket: usualColumns };

/**
 * The seats of a selected ticket as one JSON value, so that one query reads a page with its seats.
 *
 * @param userId the user of the ticket. For tickets of one user, pass the placeholder `userId`: otherwise Citus would
 *   search every shard for the seats
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

/** Between a row and a number: no hall has it in either. */
const BETWEEN = '\n';

/**
 * The rows and numbers only. A page that needs no more takes a third less database time. The label "A1" would not do:
 * "111" is a seat of row 1 or of row 11, which are not sorted alike.
 */
export const placesOfTicket = sql`array(
  select "row" || ${sql.raw(`E'\\n'`)} || number from ${ticketSeats} where user_id = ${sql.placeholder('userId')} and ticket_id = ${tickets.id})`.mapWith(
  toPlaces,
);

function toPlaces(places: string[]): Place[] {
  return places.map((place) => {
    const end = place.indexOf(BETWEEN);
    return { row: place.slice(0, end), number: place.slice(end + 1) };
  });
}

type TableOfTickets = typeof payments | typeof refunds | typeof ticketEvents;

/** The rows of other tables that belong to a selected ticket of the user `userId`. */
const ofTicket = (table: TableOfTickets): SQL =>
  sql`${eq(table.userId, sql.placeholder('userId'))} and ${eq(table.ticketId, tickets.id)}`;

export const rowsOfTicket = {
  payments: rowsAsJson(payments, ofTicket(payments)),
  refunds: rowsAsJson(refunds, ofTicket(refunds)),
  events: rowsAsJson(ticketEvents, ofTicket(ticketEvents)),
};

/**
 * The status and amount of the payment as one text, "SUCCESS 37000": all that canCancel and the quote need of it. Any
 * other ticket cannot be cancelled, whatever was paid, so its payment is not read.
 */
export const paymentStateOfTicket = sql`case
  when ${tickets.status} = 'CONFIRMED' and ${shows.startTime} > ${sql.placeholder('now')}::timestamptz
  then (select status || ' ' || amount from ${payments} where ${ofTicket(payments)}) end`.mapWith(
  toPaymentState,
);

function toPaymentState(text: string): PaymentState {
  const [status, amount = ''] = text.split(' ');
  return { status: status as PaymentState['status'], amount: BigInt(amount) };
}

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
    // Mutates the row, which has no other user yet. A copy would take as long as reading the row did.
    return Object.assign(row, { policy });
  });
}
