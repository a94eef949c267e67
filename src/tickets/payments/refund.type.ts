import { GraphQLDate } from 'graphql-scalars';
import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { refundStatus } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { businessDaysAfter, etaText } from './refund-eta.ts';
import type { RefundRow } from './shown-columns.ts';

export const RefundStatus = enumOf(refundStatus);

registerEnumType(RefundStatus, {
  name: 'RefundStatus',
  description: 'The state of a refund.',
  valuesConfig: {
    NOT_REQUIRED: { description: 'No refund is due: the refund amount is zero.' },
    PROCESSING: {
      description: 'The refund is queued, in progress or waiting for a retry. Query again later.',
    },
    PROCESSED: {
      description: 'The payment provider has sent the money. It can take until `etaTo` to arrive.',
    },
    FAILED: {
      description: 'The refund failed and is not retried automatically. Show `failureReason` to the user.',
    },
  },
});

@ObjectType({
  description:
    'The refund of a cancelled ticket, or of seats that were cancelled together. Its amounts never change: cancellationFee + refundAmount = originalAmount.',
})
export class Refund {
  @Field(() => ID, { description: 'The id, unique across all types.' })
  readonly id!: string;

  @Field(() => Money, { description: 'The amount paid for what was cancelled.' })
  readonly originalAmount!: Money;

  @Field(() => Money, { description: 'The amount that the user gets back.' })
  readonly refundAmount!: Money;

  @Field(() => Money, {
    description: 'The fee that is kept, with the convenience fee where the policy keeps it.',
  })
  readonly cancellationFee!: Money;

  @Field(() => RefundStatus, { description: 'The current state of the refund.' })
  readonly refundStatus!: keyof typeof RefundStatus;

  @Field(() => String, {
    nullable: true,
    description: 'How long the refund takes, such as "3-5 business days". Null when NOT_REQUIRED.',
  })
  readonly refundEta!: string | null;

  @Field(() => GraphQLDate, {
    nullable: true,
    description: 'The first day on which the money can arrive (in India). Null when NOT_REQUIRED.',
  })
  readonly etaFrom!: string | null;

  @Field(() => GraphQLDate, {
    nullable: true,
    description: 'The day by which the money should have arrived (in India). Null when NOT_REQUIRED.',
  })
  readonly etaTo!: string | null;

  @Field(() => DateTimeScalar, { description: 'When the ticket or the seats were cancelled (UTC).' })
  readonly requestedAt!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the payment provider sent the money (UTC). Null until then.',
  })
  readonly processedAt!: Date | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The bank's reference number. Show it: the user's bank can trace the refund with it. Null until the bank reports it, which can be after PROCESSED.",
  })
  readonly bankReference!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Why the refund failed, safe to show to the user. Null unless FAILED.',
  })
  readonly failureReason!: string | null;
}

/** From the worst to the best, for the user. */
const WORST_FIRST: readonly RefundRow['status'][] = ['FAILED', 'PROCESSING', 'PROCESSED', 'NOT_REQUIRED'];

/**
 * Returns the refund of a whole ticket: its only one, or the sums of several. Null without any, which only an odd row of a
 * CANCELLED ticket has.
 *
 * @param rows sorted by their steps
 */
export function toRefundOfTicket(ticketId: string, rows: readonly RefundRow[]): Refund | null {
  const last = rows.at(-1);
  if (!last) return null;
  if (rows.length === 1) return toRefund(last);
  const sum = (amount: 'originalAmount' | 'cancellationFee' | 'refundAmount') =>
    rows.reduce((total, row) => total + row[amount], 0n);
  const byStatus = WORST_FIRST.map((status) => rows.filter((row) => row.status === status));
  const worst = byStatus.find((some) => some.length > 0)?.at(-1) ?? last;
  return toRefund({
    ...worst,
    // Another id than that of its parts: a cache would mix them up.
    id: `${ticketId}:refunds`,
    originalAmount: sum('originalAmount'),
    cancellationFee: sum('cancellationFee'),
    refundAmount: sum('refundAmount'),
    // Several payments have several references: `refunds` has them.
    bankReference: null,
  });
}

export function toRefund(row: RefundRow): Refund {
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
