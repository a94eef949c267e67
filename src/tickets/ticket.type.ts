import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../db/enum-of.ts';
import { ticketStatus } from '../db/tables/index.ts';
import { Money } from '../money/money.type.ts';
import { canCancel, cancelDeadline, quoteCancellation } from '../policies/cancellation-policy.ts';
import { CancellationPolicyType, toCancellationPolicyType } from '../policies/cancellation-policy.type.ts';
import { CancellationQuote, toCancellationQuote } from '../policies/cancellation-quote.type.ts';
import { Pricing } from './pricing.type.ts';
import { TicketTiming, ticketTiming } from './ticket-timing.ts';
import type { TicketRow } from './tickets.loader.ts';

export const TicketStatus = enumOf(ticketStatus);
export type TicketStatus = keyof typeof TicketStatus;

registerEnumType(TicketStatus, {
  name: 'TicketStatus',
  description: 'Where a ticket stands. A ticket of a past show stays CONFIRMED: its `timing` tells.',
  valuesConfig: {
    PENDING_PAYMENT: {
      description: 'A hold: seats are kept until `holdExpiresAt`, waiting for the payment.',
    },
    CONFIRMED: { description: 'Paid; lets you in.' },
    CANCELLED: { description: 'Cancelled; `refund` tells where the money is.' },
    EXPIRED: { description: 'A hold that was not paid in time.' },
  },
});

registerEnumType(TicketTiming, {
  name: 'TicketTiming',
  description: 'Where the show stands, whatever became of the ticket.',
  valuesConfig: {
    UPCOMING: { description: 'It has not started.' },
    ONGOING: { description: 'It is running.' },
    PAST: { description: 'It is over.' },
  },
});

@ObjectType({ description: 'A booking of one or more seats for one show.' })
export class Ticket {
  constructor(
    readonly row: TicketRow,
    /** The one time that every derived field of this answer uses. */
    readonly now: Date,
  ) {}

  @Field(() => ID, {
    description: 'Unique over all types, such as "TKT-20241215-ABC123". The QR code holds it.',
    simple: true,
  })
  get id(): string {
    return this.row.ticket.id;
  }

  @Field(() => GraphQLDateTime, { description: 'When it was booked.', simple: true })
  get bookingTime(): Date {
    return this.row.ticket.bookingTime;
  }

  @Field(() => TicketStatus, { description: 'Where it stands.', simple: true })
  get status(): TicketStatus {
    return this.row.ticket.status;
  }

  @Field(() => TicketTiming, { description: 'Where its show stands.', simple: true })
  get timing(): TicketTiming {
    return ticketTiming(this.row, this.now);
  }

  @Field(() => Money, { description: 'What the user paid or has to pay.', simple: true })
  get totalAmount(): Money {
    return new Money(this.row.ticket.totalAmount);
  }

  @Field(() => Pricing, { description: 'How the price came about.', simple: true })
  get pricing(): Pricing {
    const { baseAmount, discount, convenienceFee, totalAmount } = this.row.ticket;
    return {
      baseAmount: new Money(baseAmount),
      discount: new Money(discount),
      convenienceFee: new Money(convenienceFee),
      totalAmount: new Money(totalAmount),
    };
  }

  @Field(() => Boolean, {
    description: 'Whether cancelTicket would succeed now: CONFIRMED and before the deadline.',
    simple: true,
  })
  get canCancel(): boolean {
    return canCancel(this.cancellable, this.now);
  }

  @Field(() => GraphQLDateTime, {
    description: "Cancelling is allowed before this instant, at it no longer. It follows the show's start.",
    simple: true,
  })
  get cancelDeadline(): Date {
    return cancelDeadline(this.cancellable);
  }

  @Field(() => CancellationQuote, {
    nullable: true,
    description: 'What cancelling now would give; null when canCancel is false.',
    simple: true,
  })
  get cancellationQuote(): CancellationQuote | null {
    const quote = quoteCancellation(this.cancellable, this.now);
    return quote && toCancellationQuote(quote, this.row.policy);
  }

  @Field(() => CancellationPolicyType, { description: 'The rules it was sold under.', simple: true })
  get cancellationPolicy(): CancellationPolicyType {
    return toCancellationPolicyType(this.row.policy);
  }

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When it was cancelled; null unless CANCELLED.',
    simple: true,
  })
  get cancelledAt(): Date | null {
    return this.row.ticket.cancelledAt;
  }

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'Until when the seats are held; null unless PENDING_PAYMENT.',
    simple: true,
  })
  get holdExpiresAt(): Date | null {
    return this.status === 'PENDING_PAYMENT' ? this.row.ticket.holdExpiresAt : null;
  }

  private get cancellable() {
    const { ticket, showStart, policy } = this.row;
    return { status: ticket.status, totalAmount: ticket.totalAmount, showStart, policy };
  }
}
