import type {
  cancellationPolicies,
  payments,
  refunds,
  ticketEvents,
  ticketSeats,
  tickets,
} from '../../platform/db/tables/index.ts';
import type { SeatType } from './seat-layout.ts';
import type { TicketKind } from './ticket-kinds.ts';

/** A ticket to be sold, and every row of it when it is. */

export interface Sale extends Pick<TicketKind, 'status' | 'discount' | 'convenienceFee' | 'paymentMode'> {
  userId: string;
  /** Counts the user's tickets; the ticket's id is made from it. */
  ordinal: number;
  show: { id: string; startTime: Date };
  seats: readonly SeatForSale[];
  policy: typeof cancellationPolicies.$inferSelect;
  bookingTime: Date;
  /** When it is CANCELLED, else null. */
  cancelledAt: Date | null;
}

export interface SeatForSale {
  seatId: string;
  row: string;
  number: string;
  seatType: SeatType;
  price: bigint;
}

export interface SoldTicket {
  ticket: typeof tickets.$inferInsert;
  seats: (typeof ticketSeats.$inferInsert)[];
  events: (typeof ticketEvents.$inferInsert)[];
  payment: typeof payments.$inferInsert | null;
  refund: typeof refunds.$inferInsert | null;
}
