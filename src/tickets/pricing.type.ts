import { Field, ObjectType } from 'type-graphql';
import { Money } from '../platform/money/money.type.ts';

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
