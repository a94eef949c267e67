import { Field, ID, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { DateTimeScalar } from '../platform/time/date-time.scalar.ts';
import { Refund } from '../tickets/payments/refund.type.ts';
import { CancellationQuote } from '../tickets/policies/cancellation-quote.type.ts';
import { Ticket } from '../tickets/ticket.type.ts';
import { TicketStatus } from '../tickets/ticket-status.ts';

export const CancelTicketErrorCode = {
  CANCELLATION_NOT_ALLOWED: 'CANCELLATION_NOT_ALLOWED',
  INVALID_STATUS: 'INVALID_STATUS',
  QUOTE_CHANGED: 'QUOTE_CHANGED',
  PARTIAL_NOT_ALLOWED: 'PARTIAL_NOT_ALLOWED',
  SEATS_UNAVAILABLE: 'SEATS_UNAVAILABLE',
} as const;
export type CancelTicketErrorCode = keyof typeof CancelTicketErrorCode;

registerEnumType(CancelTicketErrorCode, {
  name: 'CancelTicketErrorCode',
  description: 'Why cancelTicket or cancelSeats changed nothing.',
  valuesConfig: {
    CANCELLATION_NOT_ALLOWED: { description: 'The cancellation deadline has passed.' },
    INVALID_STATUS: { description: 'The ticket is not CONFIRMED.' },
    QUOTE_CHANGED: { description: 'The refund differs from `expectedRefund`.' },
    PARTIAL_NOT_ALLOWED: {
      description: 'These seats cannot be cancelled without the others. Only of cancelSeats.',
    },
    SEATS_UNAVAILABLE: { description: 'Some of the seats were cancelled before. Only of cancelSeats.' },
  },
});

@InterfaceType({
  description:
    'The outcome of cancelTicket: TicketCancelled, or a refusal to show to the user. More refusal types may follow: for a type that you do not know, show `message`.',
})
export abstract class CancelTicketResult {
  constructor(
    message: string,
    ticket: Ticket,
    /** Null unless something is cancelled. */
    refund: Refund | null,
  ) {
    this.message = message;
    this.ticket = ticket;
    this.refund = refund;
  }

  @Field(() => String, { description: 'The outcome in English, safe to show to the user.' })
  readonly message: string;

  @Field(() => ID, { description: 'The id of the ticket, the same as `ticket.id`.' })
  get ticketId(): string {
    return this.ticket.id;
  }

  @Field(() => TicketStatus, {
    description: 'The current status of the ticket, also after a refusal.',
  })
  get status(): TicketStatus {
    return this.ticket.status;
  }

  @Field(() => Ticket, {
    description: 'The current ticket. A normalized client cache updates its copy by `id`.',
  })
  readonly ticket: Ticket;

  @Field(() => Refund, {
    nullable: true,
    description: 'The refund. Null unless something is cancelled.',
  })
  readonly refund: Refund | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the ticket or the seats were cancelled (UTC). Null unless something is cancelled.',
  })
  get cancelledAt(): Date | null {
    return this.ticket.cancelledAt;
  }
}

@InterfaceType({
  description:
    'The outcome of cancelSeats: SeatsCancelled, or a refusal to show to the user. More refusal types may follow: for a type that you do not know, show `message`.',
})
export abstract class CancelSeatsResult extends CancelTicketResult {}

@ObjectType({
  implements: CancelTicketResult,
  description: 'Success: the ticket is cancelled, its seats are released and its refund is recorded.',
})
export class TicketCancelled extends CancelTicketResult {
  constructor(ticket: Ticket, refund: Refund) {
    super('Ticket cancelled successfully', ticket, refund);
  }

  @Field(() => Refund, {
    description:
      'The refund of what this call cancelled. Its `refundStatus` is NOT_REQUIRED when the refund amount is zero.',
  })
  declare readonly refund: Refund;

  @Field(() => DateTimeScalar, { description: 'When the ticket was cancelled (UTC).' })
  override get cancelledAt(): Date | null {
    return super.cancelledAt;
  }
}

@ObjectType({
  implements: [CancelTicketResult, CancelSeatsResult],
  description: 'Refusal: the cancellation deadline has passed. Nothing changed.',
})
export class CancellationNotAllowed extends CancelTicketResult {
  @Field(() => CancelTicketErrorCode, { description: 'Always CANCELLATION_NOT_ALLOWED.' })
  readonly code: CancelTicketErrorCode = 'CANCELLATION_NOT_ALLOWED';

  @Field(() => DateTimeScalar, {
    description: 'The deadline (UTC). Cancelling was allowed before this time.',
  })
  readonly cancelDeadline: Date;

  @Field(() => DateTimeScalar, { description: 'The server time (UTC) at which the deadline was checked.' })
  readonly currentTime: Date;

  constructor(message: string, ticket: Ticket, cancelDeadline: Date, currentTime: Date) {
    super(message, ticket, null);
    this.cancelDeadline = cancelDeadline;
    this.currentTime = currentTime;
  }
}

@ObjectType({
  implements: [CancelTicketResult, CancelSeatsResult],
  description: 'Refusal: only a CONFIRMED ticket can be cancelled. Nothing changed.',
})
export class InvalidStatus extends CancelTicketResult {
  @Field(() => CancelTicketErrorCode, { description: 'Always INVALID_STATUS.' })
  readonly code: CancelTicketErrorCode = 'INVALID_STATUS';

  @Field(() => TicketStatus, { description: 'The current status of the ticket.' })
  get currentStatus(): TicketStatus {
    return this.ticket.status;
  }
}

@ObjectType({
  implements: [CancelTicketResult, CancelSeatsResult],
  description:
    'Refusal: the refund differs from `expectedRefund`. Nothing changed. Show the new quote and let the user confirm again.',
})
export class QuoteChanged extends CancelTicketResult {
  @Field(() => CancelTicketErrorCode, { description: 'Always QUOTE_CHANGED.' })
  readonly code: CancelTicketErrorCode = 'QUOTE_CHANGED';

  @Field(() => CancellationQuote, { description: 'What cancelling costs and refunds now.' })
  readonly quote: CancellationQuote;

  constructor(message: string, ticket: Ticket, quote: CancellationQuote) {
    super(message, ticket, null);
    this.quote = quote;
  }
}
