import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Money } from '../platform/money/money.type.ts';
import { DateTimeScalar } from '../platform/time/date-time.scalar.ts';
import { Payment } from './payments/payment.type.ts';
import { Refund } from './payments/refund.type.ts';
import { CancellationPolicyType } from './policies/cancellation-policy.type.ts';
import { CancellationQuote } from './policies/cancellation-quote.type.ts';
import { Pricing } from './pricing.type.ts';
import { TicketSeat } from './seats/seat.type.ts';
import { Show } from './shows/show.type.ts';
import { TicketStatus } from './ticket-status.ts';
import { TicketTiming } from './ticket-timing.ts';
import { TicketEvent } from './timeline/ticket-event.type.ts';

/** Of an answer's ticket only the fields are there that are asked for: `to-ticket.ts` makes it. */
@ObjectType({ description: 'A booking of one or more seats for one show.' })
export class Ticket {
  @Field(() => ID, {
    description: 'Unique over all types, such as "TKT-20241215-ABC123". The QR code carries it.',
  })
  readonly id!: string;

  @Field(() => DateTimeScalar, { description: 'When it was booked.' })
  readonly bookingTime!: Date;

  @Field(() => TicketStatus, { description: 'Whether it is held, paid, cancelled or expired.' })
  readonly status!: TicketStatus;

  @Field(() => TicketTiming, { description: 'Whether its show is to come, running or over.' })
  readonly timing!: TicketTiming;

  @Field(() => Money, { description: 'What the user paid or has to pay.' })
  readonly totalAmount!: Money;

  @Field(() => Pricing, { description: 'How the price came about.' })
  readonly pricing!: Pricing;

  @Field(() => Boolean, {
    description: 'Whether cancelTicket would succeed now: CONFIRMED and before the deadline.',
  })
  readonly canCancel!: boolean;

  @Field(() => DateTimeScalar, {
    description: "Cancelling is allowed until just before this instant. It moves with the show's start.",
  })
  readonly cancelDeadline!: Date;

  @Field(() => CancellationQuote, {
    nullable: true,
    description: 'What cancelling now would give; null when canCancel is false.',
  })
  readonly cancellationQuote!: CancellationQuote | null;

  @Field(() => CancellationPolicyType, { description: 'The rules it was sold under.' })
  readonly cancellationPolicy!: CancellationPolicyType;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was cancelled; null unless CANCELLED.',
  })
  readonly cancelledAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until when the seats are held; null unless PENDING_PAYMENT.',
  })
  readonly holdExpiresAt!: Date | null;

  @Field(() => Show, { description: 'The show that it lets you into.', complexity: 5 })
  readonly show!: Show;

  @Field(() => [TicketSeat], {
    description: 'The seats sold with it, A2 before A10; also after it was cancelled.',
    // Most people book two to four.
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  readonly seats!: TicketSeat[];

  @Field(() => Int, { description: 'How many seats were sold with it.', complexity: 5 })
  readonly seatsCount!: number;

  @Field(() => [String], {
    description: 'The names of its seats, such as ["A1", "A2"], in natural order.',
    complexity: 5,
  })
  readonly seatNumbers!: string[];

  @Field(() => Payment, {
    nullable: true,
    description: 'Its payment; null for a hold, also one that expired.',
    complexity: 5,
  })
  readonly payment!: Payment | null;

  @Field(() => Refund, {
    nullable: true,
    description: 'Where the money is; null unless CANCELLED.',
    complexity: 5,
  })
  readonly refund!: Refund | null;

  @Field(() => String, {
    nullable: true,
    description: 'The QR code for the door as a PNG data URL; it reads as the id. Null unless CONFIRMED.',
    // Drawing it takes 2 to 4 ms.
    complexity: 400,
  })
  readonly qrCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The show as an iCalendar file (.ics). After a cancellation it takes the entry out of the calendar again. Null for a hold.',
    // Writing it takes about 1 ms.
    complexity: 200,
  })
  readonly calendarEvent!: string | null;

  @Field(() => [TicketEvent], {
    description: 'What happened to it, oldest first.',
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  readonly timeline!: TicketEvent[];
}
