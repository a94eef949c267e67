import { Args, ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { Money } from '../platform/money/money.type.ts';
import { DateTimeScalar } from '../platform/time/date-time.scalar.ts';
import { Payment } from './payments/payment.type.ts';
import { Refund } from './payments/refund.type.ts';
import { CancellationPolicyType } from './policies/cancellation-policy.type.ts';
import { CancellationQuote } from './policies/cancellation-quote.type.ts';
import { TicketSeat } from './seats/seat.type.ts';
import { Show } from './shows/show.type.ts';
import { TicketStatus } from './ticket-status.ts';
import { TicketTiming } from './ticket-timing.ts';
import { TicketEvent } from './timeline/ticket-event.type.ts';

@ObjectType({
  description: 'The parts of the price: baseAmount - discount + convenienceFee = totalAmount.',
})
export class Pricing {
  @Field(() => Money, { description: "The sum of the seats' prices." })
  readonly baseAmount!: Money;

  @Field(() => Money, { description: 'The discount.' })
  readonly discount!: Money;

  @Field(() => Money, { description: 'The fee for booking online.' })
  readonly convenienceFee!: Money;

  @Field(() => Money, { description: 'The total that the user paid or has to pay.' })
  readonly totalAmount!: Money;
}

@ArgsType()
export class QuoteArguments {
  @Field(() => [ID], {
    nullable: true,
    description:
      'The ids of the seats to cancel (`TicketSeat.id`), at most 200. Without them: every ACTIVE seat.',
  })
  readonly seatIds?: readonly string[] | null;
}

/** At run time a ticket has only the selected fields; `to-ticket.ts` builds it. */
@ObjectType({ description: 'A booking of one or more seats for one show.' })
export class Ticket {
  @Field(() => ID, {
    description: 'The id, unique across all types, such as "TKT-20241215-ABC123". The QR code contains it.',
  })
  readonly id!: string;

  @Field(() => DateTimeScalar, { description: 'When the ticket was booked (UTC).' })
  readonly bookingTime!: Date;

  @Field(() => TicketStatus, { description: 'Whether the ticket is held, paid, cancelled or expired.' })
  readonly status!: TicketStatus;

  @Field(() => TicketTiming, { description: 'Whether the show is upcoming, ongoing or past.' })
  readonly timing!: TicketTiming;

  @Field(() => Money, { description: 'The total that the user paid or has to pay.' })
  readonly totalAmount!: Money;

  @Field(() => Pricing, { description: 'The parts of the price.' })
  readonly pricing!: Pricing;

  @Field(() => Boolean, {
    description:
      'Whether the ticket can be cancelled now: it is CONFIRMED, `cancelDeadline` has not passed, and what a refund needs was paid.',
  })
  readonly canCancel!: boolean;

  @Field(() => DateTimeScalar, {
    description: 'Cancelling is allowed before this time (UTC). It changes when the show is moved.',
  })
  readonly cancelDeadline!: Date;

  @Field(() => CancellationQuote, {
    nullable: true,
    description:
      'What cancelling costs and refunds now. Null when `canCancel` is false, and when the chosen seats cannot be cancelled: one is not an ACTIVE seat of the ticket, or some seats cannot be cancelled without the others (`cancellationPolicy.partial`, or a refund below Rs 1).',
    complexity: ({ args, childComplexity }) => childComplexity + (args.seatIds ? 5 : 1),
  })
  cancellationQuote(@Args(() => QuoteArguments) _chosen: QuoteArguments): CancellationQuote | null {
    throw new Error('to-ticket.ts replaces this method');
  }

  @Field(() => CancellationPolicyType, {
    description: 'The cancellation rules that the ticket was sold under.',
  })
  readonly cancellationPolicy!: CancellationPolicyType;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the ticket was cancelled (UTC). Null unless CANCELLED.',
  })
  readonly cancelledAt!: Date | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'The time (UTC) until which the seats are held for payment. Null unless PENDING_PAYMENT.',
  })
  readonly holdExpiresAt!: Date | null;

  @Field(() => Show, { description: 'The show that the ticket is for.', complexity: 5 })
  readonly show!: Show;

  @Field(() => [TicketSeat], {
    description:
      'The seats sold with the ticket, A2 before A10. They stay here after a cancellation: `TicketSeat.status` tells which are cancelled.',
    // Most tickets have two to four seats.
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  readonly seats!: TicketSeat[];

  @Field(() => Int, {
    description: 'The number of seats sold with the ticket, cancelled ones included.',
    complexity: 5,
  })
  readonly seatsCount!: number;

  @Field(() => [String], {
    description:
      'The labels of the seats sold, such as ["A1", "A2"], A2 before A10. Cancelled ones are included.',
    complexity: 5,
  })
  readonly seatNumbers!: string[];

  @Field(() => Payment, {
    nullable: true,
    description: 'The payment. Null when there is none, as for a hold or an expired ticket.',
    complexity: 5,
  })
  readonly payment!: Payment | null;

  @Field(() => Refund, {
    nullable: true,
    description:
      'The refund of the whole ticket. Null unless CANCELLED. If seats were cancelled one after the other, it has the sums of `refunds` and the worst status: FAILED, PROCESSING, PROCESSED, then NOT_REQUIRED. To show each refund, use `refunds`.',
    complexity: 5,
  })
  readonly refund!: Refund | null;

  @Field(() => [Refund], {
    description:
      'Every refund of the ticket, the oldest first: one for each time that seats were cancelled. Also of a CONFIRMED ticket of which some seats are cancelled.',
    complexity: ({ childComplexity }) => 5 + 2 * childComplexity,
  })
  readonly refunds!: Refund[];

  @Field(() => String, {
    nullable: true,
    description:
      'The QR code to show at the door, as a PNG data URL for an `<img>`. It contains the ticket id. Null unless CONFIRMED.',
    // Drawing a QR code takes 2 to 4 ms.
    complexity: 400,
  })
  readonly qrCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The text of an iCalendar file (.ics) with the show; offer it as a download. Of a CANCELLED ticket, it removes the calendar entry. Null unless CONFIRMED or CANCELLED.',
    // Creating the text takes about 1 ms.
    complexity: 200,
  })
  readonly calendarEvent!: string | null;

  @Field(() => [TicketEvent], {
    description: 'The events in the life of the ticket, oldest first.',
    complexity: ({ childComplexity }) => 5 + 4 * childComplexity,
  })
  readonly timeline!: TicketEvent[];
}
