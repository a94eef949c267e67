import { getTableColumns, sql } from 'drizzle-orm';
import type { PgInsertValue, PgTable } from 'drizzle-orm/pg-core';
import type { Transaction } from '../../platform/db/database.ts';
import {
  payments,
  refunds,
  showSeats,
  ticketEvents,
  ticketSeats,
  tickets,
} from '../../platform/db/tables/index.ts';
import type { SoldTicket } from './sale.ts';

/** PostgreSQL counts the parameters of a statement in 16 bits. */
const MOST_PARAMETERS = 65_535;

/** The statuses in which a ticket holds its seats. */
const HOLDING: SoldTicket['ticket']['status'][] = ['CONFIRMED', 'PENDING_PAYMENT'];

/** Inserts sold tickets with all their rows, and marks their seats as taken. */
export async function writeTickets(tx: Transaction, sold: readonly SoldTicket[]): Promise<void> {
  const rows = sold.map(({ ticket }) => ticket);
  const soldSeats = sold.flatMap(({ seats }) => seats);
  const events = sold.flatMap((one) => one.events);
  const paid = sold.flatMap(({ payment }) => payment ?? []);
  const paidBack = sold.flatMap(({ refund }) => refund ?? []);
  const active = sold.filter(({ ticket }) => HOLDING.includes(ticket.status));
  await insertRows(tx, tickets, rows);
  await insertRows(tx, ticketSeats, soldSeats);
  await insertRows(tx, ticketEvents, events);
  await insertRows(tx, payments, paid);
  await insertRows(tx, refunds, paidBack);
  await takeSeats(tx, active);
}

function isLive({ cancelledAt }: SoldTicket['seats'][number]): boolean {
  return !cancelledAt;
}

/** Inserts any number of rows, in as many statements as their parameters need. */
async function insertRows<Table extends PgTable>(
  tx: Transaction,
  table: Table,
  rows: PgInsertValue<Table>[],
): Promise<void> {
  const chunk = Math.floor(MOST_PARAMETERS / Object.keys(getTableColumns(table)).length);
  for (let start = 0; start < rows.length; start += chunk) {
    await tx.insert(table).values(rows.slice(start, start + chunk));
  }
}

async function takeSeats(tx: Transaction, sold: readonly SoldTicket[]): Promise<void> {
  const taken = sold.flatMap(({ ticket, seats }) =>
    seats.filter(isLive).map(({ seatId }) => ({
      show_id: ticket.showId,
      seat_id: seatId,
      user_id: ticket.userId,
      ticket_id: ticket.id,
      locked_at: ticket.status === 'PENDING_PAYMENT' ? ticket.bookingTime : null,
    })),
  );
  const { count } = await tx.execute(sql`
    update ${showSeats} seat
    set status = case when taken.locked_at is null then 'BOOKED' else 'LOCKED' end::show_seat_status,
      user_id = taken.user_id,
      ticket_id = taken.ticket_id,
      locked_at = taken.locked_at,
      locked_by = case when taken.locked_at is not null then taken.user_id end
    from jsonb_to_recordset(${JSON.stringify(taken)}::jsonb)
      as taken(show_id text, seat_id text, user_id text, ticket_id text, locked_at timestamptz)
    where seat.show_id = taken.show_id and seat.seat_id = taken.seat_id and seat.status = 'AVAILABLE'`);
  if (count !== taken.length)
    throw new Error(`${taken.length - count} seats of the demo were taken in the meantime`);
}
