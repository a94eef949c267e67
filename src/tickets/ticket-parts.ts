import type { payments, refunds, ticketEvents } from '../platform/db/tables/index.ts';
import type { SoldSeat } from './seats/seat.type.ts';
import type { SeatMapSeat } from './shows/seat-map-seat.type.ts';
import type { Show } from './shows/show.type.ts';

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

/** Which fields are made of a part, or of the columns that are left out where no field is. */
const FIELDS_OF: Record<keyof TicketParts | 'rareColumns', readonly string[]> = {
  show: ['show', 'calendarEvent'],
  seatMap: ['show.seatMap'],
  seats: ['seats'],
  seatLabels: ['seatsCount', 'seatNumbers', 'calendarEvent'],
  payment: ['payment'],
  refund: ['refund'],
  events: ['timeline'],
  qrCode: ['qrCode'],
  rareColumns: ['pricing', 'cancelledAt', 'holdExpiresAt'],
};

/** Whether one of these fields of a ticket needs the part. */
export function needs(fields: ReadonlySet<string>, part: keyof typeof FIELDS_OF): boolean {
  return FIELDS_OF[part].some((field) => fields.has(field));
}
