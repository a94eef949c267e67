import { Field, Float, ObjectType } from 'type-graphql';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { etaText } from '../payments/refund-eta.ts';
import type { CancellationPolicy, Quote } from './cancellation-policy.ts';

@ObjectType({
  description:
    'What cancelling now would give. Send refundAmount back as expectedRefund to cancel only at this price.',
})
export class CancellationQuote {
  @Field(() => Money, { description: 'What was paid.' })
  readonly originalAmount!: Money;

  @Field(() => Money, { description: 'What would be kept.' })
  readonly cancellationFee!: Money;

  @Field(() => Money, { description: 'What would go back.' })
  readonly refundAmount!: Money;

  @Field(() => Float, { description: 'The fee in percent of the original amount, such as 10.' })
  readonly feePercent!: number;

  @Field(() => String, {
    description: 'How long the refund takes, such as "3-5 business days".',
  })
  readonly refundEta!: string;

  @Field(() => DateTimeScalar, {
    description: 'From this instant on the quote no longer holds: the fee rises or cancelling ends.',
  })
  readonly validUntil!: Date;
}

export function toCancellationQuote(quote: Quote, policy: CancellationPolicy): CancellationQuote {
  return {
    originalAmount: new Money(quote.originalAmount),
    cancellationFee: new Money(quote.cancellationFee),
    refundAmount: new Money(quote.refundAmount),
    feePercent: quote.feeBps / 100,
    refundEta: etaText(policy),
    validUntil: quote.validUntil,
  };
}
