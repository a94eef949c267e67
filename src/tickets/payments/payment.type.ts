import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { paymentMode, paymentStatus, type payments } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';

export const PaymentStatus = enumOf(paymentStatus);
export const PaymentMode = enumOf(paymentMode);

registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description: 'Where a payment stands.',
  valuesConfig: {
    PENDING: { description: 'Begun, not captured.' },
    SUCCESS: { description: 'Captured.' },
    FAILED: { description: 'Not captured, for good.' },
    REFUNDED: {
      description: 'A refund was committed to. Where that money is now, the status of the refund tells.',
    },
  },
});

registerEnumType(PaymentMode, {
  name: 'PaymentMode',
  description: 'How the user paid.',
  valuesConfig: {
    UPI: { description: 'Unified Payments Interface.' },
    CREDIT_CARD: { description: 'Credit card.' },
    DEBIT_CARD: { description: 'Debit card.' },
    NETBANKING: { description: "Transfer on the bank's site." },
    WALLET: { description: 'A prepaid wallet.' },
  },
});

@ObjectType({ description: 'The payment of a ticket.' })
export class Payment {
  @Field(() => ID, { description: 'Unique over all types.' })
  readonly id!: string;

  @Field(() => String, {
    nullable: true,
    description: "The gateway's id, which support asks for.",
  })
  readonly transactionId!: string | null;

  @Field(() => PaymentMode, { description: 'How it was paid.' })
  readonly paymentMode!: keyof typeof PaymentMode;

  @Field(() => Money, { description: 'What was paid.' })
  readonly amount!: Money;

  @Field(() => PaymentStatus, { description: 'Where it stands.' })
  readonly status!: keyof typeof PaymentStatus;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was captured.' })
  readonly paymentTime!: Date | null;

  @Field(() => Money, { nullable: true, description: 'What goes back, once REFUNDED.' })
  readonly refundAmount!: Money | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the refund was committed to.',
  })
  readonly refundInitiatedAt!: Date | null;
}

export function toPayment(row: typeof payments.$inferSelect): Payment {
  return {
    ...row,
    amount: new Money(row.amount),
    refundAmount: row.refundAmount === null ? null : new Money(row.refundAmount),
  };
}
