import { Field, Float, ObjectType } from 'type-graphql';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { etaText } from '../payments/refund-eta.ts';
import type { CancellationPolicy, Quote } from './cancellation-policy.ts';

@ObjectType({
  description:
    'What cancelling the ticket or the chosen seats costs and refunds now. Pass `refundAmount.amount` as `expectedRefund` to cancel only at this refund.',
})
export class CancellationQuote {
  @Field(() => Money, { description: 'The amount paid for what would be cancelled.' })
  readonly originalAmount!: Money;

  @Field(() => Money, {
    description: 'All that would be kept: the fee of the tier, and `convenienceFeeKept`.',
  })
  readonly cancellationFee!: Money;

  @Field(() => Money, {
    description:
      'The part of `cancellationFee` that is the convenience fee. Zero if the policy refunds the convenience fee.',
  })
  readonly convenienceFeeKept!: Money;

  @Field(() => Money, { description: 'The amount that the user would get back.' })
  readonly refundAmount!: Money;

  @Field(() => Float, {
    description:
      'The fee of the tier as a percentage of the fee base (`cancellationPolicy.feeBase`): 10 means 10 %.',
  })
  readonly feePercent!: number;

  @Field(() => String, {
    description: 'How long the refund would take, such as "3-5 business days".',
  })
  readonly refundEta!: string;

  @Field(() => DateTimeScalar, {
    description:
      'The time (UTC) from which the quote no longer holds: the next fee tier begins or cancelling ends. Query again then.',
  })
  readonly validUntil!: Date;
}

export function toCancellationQuote(quote: Quote, policy: CancellationPolicy): CancellationQuote {
  return {
    originalAmount: new Money(quote.originalAmount),
    cancellationFee: new Money(quote.cancellationFee),
    convenienceFeeKept: new Money(quote.convenienceFeeKept),
    refundAmount: new Money(quote.refundAmount),
    feePercent: quote.feeBps / 100,
    refundEta: etaText(policy),
    validUntil: quote.validUntil,
  };
}
