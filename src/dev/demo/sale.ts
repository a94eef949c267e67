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

/** A ticket to sell. */
export interface Sale extends Pick<TicketKind, 'status' | 'discount' | 'convenienceFee' | 'paymentMode'> {
  userId: string;
  /** The number of the ticket among the user's. Its id is derived from it. */
  ordinal: number;
  show: { id: string; startTime: Date };
  seats: readonly SeatForSale[];
  policy: typeof cancellationPolicies.$inferSelect;
  bookingTime: Date;
  /** Null unless it is CANCELLED. */
  cancelledAt: Date | null;
  /** The first so many seats, which were cancelled alone. */
  partlyCancelled?: { seats: number; at: Date } | undefined;
}

export interface SeatForSale {
  seatId: string;
  row: string;
  number: string;
  seatType: SeatType;
  price: bigint;
}

/** All rows of a sold ticket. */
export interface SoldTicket {
  ticket: typeof tickets.$inferInsert;
  seats: (typeof ticketSeats.$inferInsert)[];
  events: (typeof ticketEvents.$inferInsert)[];
  payment: typeof payments.$inferInsert | null;
  refund: typeof refunds.$inferInsert | null;
}
