import { GraphQLDateTime } from 'graphql-scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Money } from '../money/money.type.ts';
import { Payment, toPayment } from '../payments/payment.type.ts';
import { canCancel, cancelDeadline, quoteCancellation } from '../policies/cancellation-policy.ts';
import { CancellationPolicyType, toCancellationPolicyType } from '../policies/cancellation-policy.type.ts';
import { CancellationQuote, toCancellationQuote } from '../policies/cancellation-quote.type.ts';
import { Refund, toRefund } from '../refunds/refund.type.ts';
import { TicketSeat, toTicketSeat } from '../seats/seat.type.ts';
import { seatLabel } from '../seats/seat-label.ts';
import { Show } from '../shows/show.type.ts';
import { calendarEvent } from './calendar-event.ts';
import { Pricing } from './pricing.type.ts';
import { TicketEvent } from './ticket-event.type.ts';
import type { TicketParts } from './ticket-parts.ts';
import type { TicketRow } from './ticket-row.ts';
import { TicketStatus } from './ticket-status.ts';
import { TicketTiming, ticketTiming } from './ticket-timing.ts';

@ObjectType({ description: 'A booking of one or more seats for one show.' })
export class Ticket {
  constructor(
    readonly row: TicketRow,
    private readonly parts: TicketParts,
    /** The one time that every derived field of this answer uses. */
    private readonly now: Date,
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

  @Field(() => Show, { description: 'The show that it lets you into.', simple: true, complexity: 5 })
  get show(): Show {
    return this.part('show');
  }

  @Field(() => [TicketSeat], {
    description: 'The seats sold with it, A2 before A10; also after it was cancelled.',
    simple: true,
    // Most people book two to four.
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  get seats(): TicketSeat[] {
    const { id, showId } = this.row.ticket;
    return this.part('seats').map((seat) => toTicketSeat(seat, id, showId));
  }

  @Field(() => Int, { description: 'How many seats were sold with it.', simple: true, complexity: 5 })
  get seatsCount(): number {
    return this.part('seats').length;
  }

  @Field(() => [String], {
    description: 'The names of its seats, such as ["A1", "A2"], in natural order.',
    simple: true,
    complexity: 5,
  })
  get seatNumbers(): string[] {
    return this.part('seats').map(seatLabel);
  }

  @Field(() => Payment, {
    nullable: true,
    description: 'Its payment; null for a hold, also one that expired.',
    simple: true,
    complexity: 5,
  })
  get payment(): Payment | null {
    const payment = this.part('payment');
    return payment && toPayment(payment);
  }

  @Field(() => Refund, {
    nullable: true,
    description: 'Where the money is; null unless CANCELLED.',
    simple: true,
    complexity: 5,
  })
  get refund(): Refund | null {
    const refund = this.part('refund');
    return refund && toRefund(refund);
  }

  @Field(() => String, {
    nullable: true,
    description: 'The QR code for the door as a PNG data URL; it reads as the id. Null unless CONFIRMED.',
    simple: true,
    // Drawing it takes 2 to 4 ms.
    complexity: 400,
  })
  get qrCode(): string | null {
    return this.part('qrCode');
  }

  @Field(() => String, {
    nullable: true,
    description:
      'The show as an iCalendar file (.ics). After a cancellation it takes the entry out of the calendar again. Null for a hold.',
    simple: true,
    // Writing it takes about 1 ms.
    complexity: 200,
  })
  get calendarEvent(): string | null {
    const { status } = this;
    if (status !== 'CONFIRMED' && status !== 'CANCELLED') return null;
    const { movie, screen, theater, startTime, endTime } = this.part('show');
    const facts = {
      ticketId: this.id,
      status,
      movie: movie.name,
      theater,
      screen: screen.name,
      seats: this.part('seats').map(seatLabel),
      showStart: startTime,
      showEnd: endTime,
    };
    return calendarEvent(facts, this.now);
  }

  @Field(() => [TicketEvent], {
    description: 'What happened to it, oldest first.',
    simple: true,
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  get timeline(): TicketEvent[] {
    return this.part('events');
  }

  private get cancellable() {
    const { ticket, showStart, policy } = this.row;
    return { status: ticket.status, totalAmount: ticket.totalAmount, showStart, policy };
  }

  private part<Name extends keyof TicketParts>(name: Name): Exclude<TicketParts[Name], undefined> {
    const part = this.parts[name];
    if (part === undefined) throw new Error(`${name} of ticket ${this.id} was not read`);
    return part as Exclude<TicketParts[Name], undefined>;
  }
}
