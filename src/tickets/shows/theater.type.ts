import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A cinema.' })
export class Theater {
  @Field(() => ID, { description: 'The id, unique across all types.' })
  readonly id!: string;

  @Field(() => String, { description: 'The name of the cinema.' })
  readonly name!: string;

  @Field(() => String, { description: 'The postal address on one line.' })
  readonly address!: string;

  @Field(() => String, { description: 'The name of the city.' })
  readonly city!: string;

  @Field(() => String, {
    description:
      'The IANA time zone, such as "Asia/Kolkata". Display show times in this zone, not in the user\'s: `Show.utcOffsets` has its offsets from UTC.',
  })
  readonly timeZone!: string;
}
