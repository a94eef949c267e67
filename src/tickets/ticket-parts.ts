import type { payments, refunds, ticketEvents } from '../db/tables/index.ts';
import type { SoldSeat } from '../seats/seat.type.ts';
import type { SeatMapSeat } from '../shows/seat-map-seat.type.ts';
import type { Show } from '../shows/show.type.ts';

/** What fields of a ticket are made of besides its own row; undefined: it was not asked for. */
export interface TicketParts {
  show: Omit<Show, 'seatMap'> | undefined;
  /** Of its show's hall. */
  seatMap: SeatMapSeat[] | undefined;
  /** A2 before A10. */
  seats: SoldSeat[] | undefined;
  /** What they are called, in the same order. */
  seatLabels: string[] | undefined;
  payment: typeof payments.$inferSelect | null | undefined;
  refund: typeof refunds.$inferSelect | null | undefined;
  /** The oldest first. */
  events: (typeof ticketEvents.$inferSelect)[] | undefined;
  /** A PNG data URL; null unless the ticket is CONFIRMED. */
  qrCode: string | null | undefined;
}

/** Which fields are made of a part. */
const FIELDS_OF: Record<keyof TicketParts, readonly string[]> = {
  show: ['show', 'calendarEvent'],
  seatMap: ['show.seatMap'],
  seats: ['seats'],
  seatLabels: ['seatsCount', 'seatNumbers', 'calendarEvent'],
  payment: ['payment'],
  refund: ['refund'],
  events: ['timeline'],
  qrCode: ['qrCode'],
};

/** Which fields are made of columns that are not read where none of them is asked for. */
const FIELDS_OF_RARE_COLUMNS = ['pricing', 'cancelledAt', 'holdExpiresAt'];

export function needsRareColumns(fields: ReadonlySet<string>): boolean {
  return FIELDS_OF_RARE_COLUMNS.some((field) => fields.has(field));
}

/** Whether one of these fields of a ticket needs the part. */
export function needs(fields: ReadonlySet<string>, part: keyof TicketParts): boolean {
  return FIELDS_OF[part].some((field) => fields.has(field));
}
