import { Field, Int, ObjectType } from 'type-graphql';
import { DateTimeScalar } from './date-time.scalar.ts';

@ObjectType({
  description:
    'How far clocks are ahead of UTC from an instant until the `from` of the next entry of the list.',
})
export class UtcOffset {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when it holds (UTC). Null in the first entry, which holds for all time before the second.',
  })
  readonly from!: Date | null;

  @Field(() => Int, {
    description: 'The minutes to add to UTC for the local time: 330 in India, -420 in Vancouver.',
  })
  readonly minutes!: number;
}
