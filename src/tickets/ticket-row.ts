import { aliasedTable, eq, getTableColumns, type SQL, type SQLWrapper, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/database.ts';
import { rowsAsJson } from '../platform/db/rows-as-json.ts';
import { payments, refunds, shows, ticketEvents, ticketSeats, tickets } from '../platform/db/tables/index.ts';
import { readInstant } from '../platform/time/read-instant.ts';
import {
  PAYMENT_COLUMNS,
  type PaymentRow,
  REFUND_COLUMNS,
  type RefundRow,
} from './payments/shown-columns.ts';
import type { CancellableTicket, CancellationPolicy, PaymentState } from './policies/cancellation-policy.ts';
import type { TicketPrice } from './policies/paid-shares.ts';
import { readPolicies } from './policies/read-policies.ts';
import type { SoldSeat } from './seats/seat.type.ts';
import type { Place } from './seats/seat-label.ts';
import type { Screening } from './shows/show.loader.ts';

type Ticket = typeof tickets.$inferSelect;

/** The columns of events that answers contain, and `seq`, by which they are sorted. */
const EVENT_COLUMNS = ['seq', 'type', 'actor', 'at'] as const;

export type EventRow = Pick<typeof ticketEvents.$inferSelect, (typeof EVENT_COLUMNS)[number]> &
  Partial<Pick<typeof ticketEvents.$inferSelect, 'facts'>>;

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

/** What a decision about cancelling needs beside the usual columns of a ticket. */
export interface CancellationFacts extends Pick<CancellableTicket, 'payment' | 'price'> {
  seats?: SoldSeat[] | undefined;
}

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
  /** Present if the same query read it; null if the ticket cannot be cancelled, whatever was paid. */
  cancellation?: CancellationFacts | null;
  /** Present if the same query read them: at most one. */
  payments?: PaymentRow[];
  /** Present if the same query read them; unordered. */
  refunds?: RefundRow[];
  /** Present if the same query read them; unordered. */
  events?: EventRow[];
  /** Present in lists by show time: the start by which they are sorted. */
  listedStart?: Date | null;
}

/** The price of a ticket; undefined if its rarely used columns were not read. */
export function priceOf({ ticket }: Pick<TicketRow, 'ticket'>): TicketPrice | undefined {
  const { baseAmount, discount, convenienceFee } = ticket;
  const isRead = baseAmount !== undefined && discount !== undefined && convenienceFee !== undefined;
  return isRead ? { baseAmount, discount, convenienceFee } : undefined;
}

/** A ticket row with every column. */
export interface WholeTicketRow extends TicketRow {
  ticket: Ticket;
}

/** The columns that a ticket row has of its show. */
export const screeningFields = {
  showStart: shows.startTime,
  showEnd: shows.endTime,
  movieId: shows.movieId,
  screenId: shows.screenId,
};

/** The columns of a query for ticket rows. */
export const ticketFields = { ticket: tickets, ...screeningFields };

export const usualTicketFields = { ticket: usualColumns };

/** A condition of its own: in a query of one table, Drizzle would write `tickets.id` without the table. */
const ofSelected = (userId: SQLWrapper) =>
  sql`${eq(ticketSeats.userId, userId)} and ${eq(ticketSeats.ticketId, tickets.id)}`;

/**
 * The seats of a selected ticket as one JSON value, so that one query reads a page with its seats.
 *
 * @param userId the user of the ticket. For tickets of one user, pass the placeholder `userId`: otherwise Citus would
 *   search every shard for the seats
 */
export const seatsOfTicketOf = (userId: SQLWrapper) =>
  sql`(
  select coalesce(json_agg(json_build_array(seat_id, "row", number, seat_type, price::text, cancelled_at::text, refund_id)), '[]')
  from ${ticketSeats} where ${ofSelected(userId)})`.mapWith(toSoldSeats);

type SeatColumns = [
  seatId: string,
  row: string,
  number: string,
  SoldSeat['seatType'],
  price: string,
  cancelledAt: string | null,
  refundId: string | null,
];

function toSoldSeats(seats: SeatColumns[]): SoldSeat[] {
  return seats.map(([seatId, row, number, seatType, price, cancelledAt, refundId]) => ({
    seatId,
    row,
    number,
    seatType,
    price: BigInt(price),
    cancelledAt: cancelledAt === null ? null : readInstant(cancelledAt),
    refundId,
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
  select "row" || ${sql.raw(`E'\\n'`)} || number from ${ticketSeats}
  where ${ofSelected(sql.placeholder('userId'))})`.mapWith(toPlaces);

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
  payments: rowsAsJson(payments, PAYMENT_COLUMNS, ofTicket(payments)),
  refunds: rowsAsJson(refunds, REFUND_COLUMNS, ofTicket(refunds)),
  events: rowsAsJson(ticketEvents, EVENT_COLUMNS, ofTicket(ticketEvents)),
  eventsWithFacts: rowsAsJson(ticketEvents, [...EVENT_COLUMNS, 'facts'], ofTicket(ticketEvents)),
};

/** A second name of `tickets` in a subquery: the columns of the outer one come from an index. */
const own = aliasedTable(tickets, 'own');

/** Only a CONFIRMED ticket whose show has not started can be cancelled, so nothing is read for others. */
const isCancellable = sql`${tickets.status} = 'CONFIRMED' and ${shows.startTime} > ${sql.placeholder('now')}::timestamptz`;

const cancellationFacts = sql`(
  select json_build_array(${payments.status}, ${payments.amount}::text, ${own.baseAmount}::text, ${own.discount}::text,
    ${own.convenienceFee}::text, ${seatsOfTicket})
  from ${tickets} as own left join ${payments} on ${payments.userId} = ${own.userId} and ${payments.ticketId} = ${own.id}
  where ${own.userId} = ${sql.placeholder('userId')} and ${own.id} = ${tickets.id})`;

/** What the quote needs beside the usual columns. */
export const quoteOfTicket = sql`case when ${isCancellable} then ${cancellationFacts} end`.mapWith(
  toCancellationFacts,
);

/** Less, for canCancel: of a ticket that was paid as it should be, the payment as a text such as "SUCCESS 37000". */
export const canCancelOfTicket = sql`case when ${isCancellable} then coalesce((
  select ${payments.status} || ' ' || ${payments.amount} from ${payments}
  where ${ofTicket(payments)} and ${payments.status} in ('SUCCESS', 'PARTIALLY_REFUNDED')
    and ${payments.amount} = ${tickets.totalAmount}), ${cancellationFacts}::text) end`.mapWith(
  (text: string): CancellationFacts => {
    if (text.startsWith('[')) return toCancellationFacts(JSON.parse(text));
    const [status, amount = ''] = text.split(' ');
    return { payment: { status: status as PaymentState['status'], amount: BigInt(amount) } };
  },
);

type CancellationColumns = [
  status: PaymentState['status'] | null,
  amount: string,
  baseAmount: string,
  discount: string,
  convenienceFee: string,
  seats: SeatColumns[],
];

function toCancellationFacts([
  status,
  amount,
  baseAmount,
  discount,
  convenienceFee,
  seats,
]: CancellationColumns): CancellationFacts {
  return {
    payment: status === null ? null : { status, amount: BigInt(amount) },
    price: {
      baseAmount: BigInt(baseAmount),
      discount: BigInt(discount),
      convenienceFee: BigInt(convenienceFee),
    },
    seats: toSoldSeats(seats),
  };
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
