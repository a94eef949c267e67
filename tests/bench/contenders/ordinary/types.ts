import { GraphQLDateTime } from 'graphql-scalars';
import { Field, Float, ID, Int, ObjectType } from 'type-graphql';
import { DecimalScalar } from '../../../../src/platform/money/decimal.scalar.ts';

/** The part of Usher's schema that the benchmark queries. */

@ObjectType()
export class Money {
  @Field(() => DecimalScalar) amount: bigint;
  @Field(() => String) currencyCode = 'INR';

  constructor(paise: bigint) {
    this.amount = paise;
  }
}

@ObjectType()
export class Movie {
  @Field(() => String) name!: string;
  @Field(() => String) posterUrl!: string;
  @Field(() => Int) duration!: number;
  @Field(() => Float, { nullable: true }) rating!: number | null;
}

@ObjectType()
export class Theater {
  @Field(() => String) name!: string;
  @Field(() => String) address!: string;
  @Field(() => String) city!: string;
  @Field(() => String) timeZone!: string;
}

@ObjectType()
export class Screen {
  @Field(() => String) name!: string;
}

@ObjectType()
export class Show {
  @Field(() => Movie) movie!: Movie;
  @Field(() => Theater) theater!: Theater;
  @Field(() => Screen) screen!: Screen;
  @Field(() => GraphQLDateTime) startTime!: Date;
  @Field(() => GraphQLDateTime) endTime!: Date;
}

@ObjectType()
export class Seat {
  @Field(() => String) row!: string;
  @Field(() => String) number!: string;
  @Field(() => String) seatType!: string;
  @Field(() => Money) price!: Money;
}

@ObjectType()
export class Pricing {
  @Field(() => Money) baseAmount!: Money;
  @Field(() => Money) discount!: Money;
  @Field(() => Money) convenienceFee!: Money;
  @Field(() => Money) totalAmount!: Money;
}

@ObjectType()
export class Payment {
  @Field(() => String, { nullable: true }) transactionId!: string | null;
  @Field(() => String) paymentMode!: string;
  @Field(() => Money) amount!: Money;
  @Field(() => String) status!: string;
  @Field(() => GraphQLDateTime, { nullable: true }) paymentTime!: Date | null;
}

@ObjectType()
export class Quote {
  @Field(() => Money) cancellationFee!: Money;
  @Field(() => Money) refundAmount!: Money;
  @Field(() => Float) feePercent!: number;
  @Field(() => GraphQLDateTime) validUntil!: Date;
}

@ObjectType()
export class Refund {
  @Field(() => Money) originalAmount!: Money;
  @Field(() => Money) refundAmount!: Money;
  @Field(() => Money) cancellationFee!: Money;
  @Field(() => String) refundStatus!: string;
  @Field(() => String) refundEta!: string;
}

@ObjectType()
export class CancelTicketResult {
  @Field(() => String) message!: string;
  @Field(() => ID) ticketId!: string;
  @Field(() => String) status!: string;
  @Field(() => Refund) refund!: Refund;
  @Field(() => GraphQLDateTime) cancelledAt!: Date;
}

@ObjectType()
export class Ticket {
  @Field(() => ID) id!: string;
  @Field(() => GraphQLDateTime) bookingTime!: Date;
  @Field(() => String) status!: string;
}

@ObjectType()
export class PageInfo {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => String, { nullable: true }) endCursor!: string | null;
}

@ObjectType()
export class TicketConnection {
  @Field(() => [Ticket]) nodes!: Ticket[];
  @Field(() => PageInfo) pageInfo!: PageInfo;
}
