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
} as const;
type CancelTicketErrorCode = keyof typeof CancelTicketErrorCode;

registerEnumType(CancelTicketErrorCode, {
  name: 'CancelTicketErrorCode',
  description: 'Why a ticket was not cancelled.',
  valuesConfig: {
    CANCELLATION_NOT_ALLOWED: { description: 'The deadline is past.' },
    INVALID_STATUS: { description: 'Only a CONFIRMED ticket can be cancelled.' },
    QUOTE_CHANGED: { description: 'The refund is no longer the expected one.' },
  },
});

@InterfaceType({
  description:
    'What became of cancelTicket: TicketCancelled, or a refusal that a person should be told of. New refusals may be added: show `message` for those you do not know.',
})
export abstract class CancelTicketResult {
  constructor(
    message: string,
    ticket: Ticket,
    /** The refund of the ticket, when it is CANCELLED. */
    refund: Refund | null,
  ) {
    this.message = message;
    this.ticket = ticket;
    this.refund = refund;
  }

  @Field(() => String, { description: 'What happened, in English, safe to show.' })
  readonly message: string;

  @Field(() => ID, { description: 'The id of the ticket.' })
  get ticketId(): string {
    return this.ticket.id;
  }

  @Field(() => TicketStatus, {
    description: 'The status of the ticket now, after a refusal too.',
  })
  get status(): TicketStatus {
    return this.ticket.status;
  }

  @Field(() => Ticket, {
    description: 'The ticket as it is now; a normalising cache takes it over by its id.',
  })
  readonly ticket: Ticket;

  @Field(() => Refund, {
    nullable: true,
    description: 'Its refund; null unless the ticket is CANCELLED.',
  })
  readonly refund: Refund | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was cancelled; null unless the ticket is CANCELLED.',
  })
  get cancelledAt(): Date | null {
    return this.ticket.cancelledAt;
  }
}

@ObjectType({
  implements: CancelTicketResult,
  description: 'The ticket is cancelled and its seats are released.',
})
export class TicketCancelled extends CancelTicketResult {
  constructor(ticket: Ticket, refund: Refund) {
    super('Ticket cancelled successfully', ticket, refund);
  }

  @Field(() => Refund, { description: 'The money that goes back.' })
  declare readonly refund: Refund;

  @Field(() => DateTimeScalar, { description: 'When it was cancelled.' })
  override get cancelledAt(): Date | null {
    return super.cancelledAt;
  }
}

@ObjectType({ implements: CancelTicketResult, description: 'It is too late: nothing was changed.' })
export class CancellationNotAllowed extends CancelTicketResult {
  @Field(() => CancelTicketErrorCode, { description: 'CANCELLATION_NOT_ALLOWED' })
  readonly code: CancelTicketErrorCode = 'CANCELLATION_NOT_ALLOWED';

  @Field(() => DateTimeScalar, {
    description: 'Before this instant it would have been allowed.',
  })
  readonly cancelDeadline: Date;

  @Field(() => DateTimeScalar, { description: 'The time by which it was decided.' })
  readonly currentTime: Date;

  constructor(message: string, ticket: Ticket, cancelDeadline: Date, currentTime: Date) {
    super(message, ticket, null);
    this.cancelDeadline = cancelDeadline;
    this.currentTime = currentTime;
  }
}

@ObjectType({
  implements: CancelTicketResult,
  description: 'Only a CONFIRMED ticket can be cancelled: nothing was changed.',
})
export class InvalidStatus extends CancelTicketResult {
  @Field(() => CancelTicketErrorCode, { description: 'INVALID_STATUS' })
  readonly code: CancelTicketErrorCode = 'INVALID_STATUS';

  @Field(() => TicketStatus, { description: 'The status that it has.' })
  get currentStatus(): TicketStatus {
    return this.ticket.status;
  }
}

@ObjectType({
  implements: CancelTicketResult,
  description: 'The refund is no longer the expected one: nothing was changed. Ask again with the new quote.',
})
export class QuoteChanged extends CancelTicketResult {
  @Field(() => CancelTicketErrorCode, { description: 'QUOTE_CHANGED' })
  readonly code: CancelTicketErrorCode = 'QUOTE_CHANGED';

  @Field(() => CancellationQuote, { description: 'What cancelling would give now.' })
  readonly quote: CancellationQuote;

  constructor(message: string, ticket: Ticket, quote: CancellationQuote) {
    super(message, ticket, null);
    this.quote = quote;
  }
}
