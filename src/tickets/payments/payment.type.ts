import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { paymentMode, paymentStatus } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import type { PaymentRow } from './shown-columns.ts';

export const PaymentStatus = enumOf(paymentStatus);
export const PaymentMode = enumOf(paymentMode);

registerEnumType(PaymentStatus, {
  name: 'PaymentStatus',
  description: 'The state of a payment.',
  valuesConfig: {
    PENDING: { description: 'The payment has started but is not captured yet.' },
    SUCCESS: { description: 'The payment is captured.' },
    FAILED: { description: 'The payment failed permanently.' },
    PARTIALLY_REFUNDED: {
      description:
        'Some of the seats were cancelled and a part of the amount is refunded. The rest of the ticket is still valid.',
    },
    REFUNDED: {
      description:
        'The ticket was cancelled and a refund is due. `refund.refundStatus` says where the money is.',
    },
  },
});

registerEnumType(PaymentMode, {
  name: 'PaymentMode',
  description: 'How the user paid.',
  valuesConfig: {
    UPI: { description: 'Unified Payments Interface (UPI).' },
    CREDIT_CARD: { description: 'A credit card.' },
    DEBIT_CARD: { description: 'A debit card.' },
    NETBANKING: { description: "A transfer on the bank's website." },
    WALLET: { description: 'A prepaid wallet.' },
  },
});

@ObjectType({ description: 'The payment of a ticket.' })
export class Payment {
  @Field(() => ID, { description: 'The id, unique across all types.' })
  readonly id!: string;

  @Field(() => String, {
    nullable: true,
    description:
      "The payment provider's id of the payment. Show it: support asks for it. Null until the provider has assigned one.",
  })
  readonly transactionId!: string | null;

  @Field(() => PaymentMode, { description: 'How the user paid.' })
  readonly paymentMode!: keyof typeof PaymentMode;

  @Field(() => Money, { description: 'The amount paid.' })
  readonly amount!: Money;

  @Field(() => PaymentStatus, { description: 'The state of the payment.' })
  readonly status!: keyof typeof PaymentStatus;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the payment was captured (UTC). Null until then.',
  })
  readonly paymentTime!: Date | null;

  @Field(() => Money, {
    nullable: true,
    description: 'The sum of the refunds. Null unless the payment is REFUNDED or PARTIALLY_REFUNDED.',
  })
  readonly refundAmount!: Money | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When the last refund became due (UTC). Null unless the payment is REFUNDED or PARTIALLY_REFUNDED.',
  })
  readonly refundInitiatedAt!: Date | null;
}

export function toPayment(row: PaymentRow): Payment {
  return {
    ...row,
    amount: new Money(row.amount),
    refundAmount: row.refundAmount === null ? null : new Money(row.refundAmount),
  };
}
