import { Field, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../platform/time/date-time.scalar.ts';
import { Refund } from '../tickets/payments/refund.type.ts';
import { TicketSeat } from '../tickets/seats/seat.type.ts';
import { seatLabel } from '../tickets/seats/seat-label.ts';
import type { Ticket } from '../tickets/ticket.type.ts';
import { CancelSeatsResult, CancelTicketErrorCode } from './cancel-ticket-result.type.ts';

@ObjectType({
  implements: CancelSeatsResult,
  description:
    'Success: the seats are cancelled and released, and their refund is recorded. If no ACTIVE seat is left, the ticket is CANCELLED.',
})
export class SeatsCancelled extends CancelSeatsResult {
  @Field(() => [TicketSeat], {
    description: 'The seats that were cancelled, A2 before A10.',
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  readonly seats: TicketSeat[];

  @Field(() => Refund, {
    description:
      'The refund of the seats. Its `refundStatus` is NOT_REQUIRED when the refund amount is zero.',
  })
  declare readonly refund: Refund;

  @Field(() => DateTimeScalar, { description: 'When the seats were cancelled (UTC).' })
  override get cancelledAt(): Date | null {
    return this.refund.requestedAt;
  }

  constructor(ticket: Ticket, refund: Refund, seats: TicketSeat[]) {
    super(`Seats cancelled successfully: ${seats.map(seatLabel).join(', ')}`, ticket, refund);
    this.seats = seats;
  }
}

@ObjectType({
  implements: CancelSeatsResult,
  description:
    'Refusal: these seats cannot be cancelled without the others. Nothing changed. `message` says why: the policy forbids it, the ticket was sold at a discount, or the refund would be below Rs 1.',
})
export class PartialNotAllowed extends CancelSeatsResult {
  @Field(() => CancelTicketErrorCode, { description: 'Always PARTIAL_NOT_ALLOWED.' })
  readonly code: CancelTicketErrorCode = 'PARTIAL_NOT_ALLOWED';

  constructor(message: string, ticket: Ticket) {
    super(message, ticket, null);
  }
}

@ObjectType({
  implements: CancelSeatsResult,
  description:
    'Refusal: some of the seats were cancelled before. Nothing changed. Show the ticket and let the user choose again.',
})
export class SeatsUnavailable extends CancelSeatsResult {
  @Field(() => CancelTicketErrorCode, { description: 'Always SEATS_UNAVAILABLE.' })
  readonly code: CancelTicketErrorCode = 'SEATS_UNAVAILABLE';

  @Field(() => [TicketSeat], {
    description: 'The chosen seats that were cancelled before, A2 before A10.',
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  readonly seats: TicketSeat[];

  constructor(ticket: Ticket, seats: TicketSeat[]) {
    super(`Already cancelled: ${seats.map(seatLabel).join(', ')}`, ticket, null);
    this.seats = seats;
  }
}
