import { GraphQLDate } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { refundStatus, type refunds } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { businessDaysAfter, etaText } from './refund-eta.ts';

export const RefundStatus = enumOf(refundStatus);

registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  description: 'Where the money of a refund is.',
  valuesConfig: {
    NOT_REQUIRED: { description: 'Nothing goes back: the amount is zero.' },
    PROCESSING: { description: 'Asked for, under way, or waiting to be tried again.' },
    PROCESSED: { description: 'The gateway has sent it.' },
    FAILED: { description: 'It failed for good; `failureReason` says why.' },
  },
});

@ObjectType({
  description:
    'The money that goes back for a cancelled ticket. Amounts never change; cancellationFee + refundAmount = originalAmount.',
})
export class Refund {
  @Field(() => ID, { description: 'Unique over all types.' })
  readonly id!: string;

  @Field(() => Money, { description: 'What had been paid.' })
  readonly originalAmount!: Money;

  @Field(() => Money, { description: 'What goes back.' })
  readonly refundAmount!: Money;

  @Field(() => Money, { description: 'What is kept.' })
  readonly cancellationFee!: Money;

  @Field(() => RefundStatus, { description: 'Where the money is now.' })
  readonly refundStatus!: keyof typeof RefundStatus;

  @Field(() => String, {
    nullable: true,
    description: 'How long it takes, such as "3-5 business days"; null when NOT_REQUIRED.',
  })
  readonly refundEta!: string | null;

  @Field(() => GraphQLDate, {
    nullable: true,
    description: 'The first day it may arrive; null when NOT_REQUIRED.',
  })
  readonly etaFrom!: string | null;

  @Field(() => GraphQLDate, {
    nullable: true,
    description: 'The day by which it should be there; null when NOT_REQUIRED.',
  })
  readonly etaTo!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the ticket was cancelled.' })
  readonly requestedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the gateway sent the money.',
  })
  readonly processedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description: 'The number under which the bank finds it. It may come after PROCESSED.',
  })
  readonly bankReference!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why it FAILED, in words to show to the user.',
  })
  readonly failureReason!: string | null;
}

export function toRefund(row: typeof refunds.$inferSelect): Refund {
  const comes = row.status !== 'NOT_REQUIRED';
  return {
    id: row.id,
    originalAmount: new Money(row.originalAmount),
    refundAmount: new Money(row.refundAmount),
    cancellationFee: new Money(row.cancellationFee),
    refundStatus: row.status,
    refundEta: comes ? etaText(row) : null,
    etaFrom: comes ? businessDaysAfter(row.requestedAt, row.etaMinBusinessDays) : null,
    etaTo: comes ? businessDaysAfter(row.requestedAt, row.etaMaxBusinessDays) : null,
    requestedAt: row.requestedAt,
    processedAt: row.processedAt,
    bankReference: row.bankReference,
    failureReason: row.failureReason,
  };
}
