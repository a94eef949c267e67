import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A cinema.' })
export class Theater {
  @Field(() => ID, { description: 'Unique over all types.' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name.' })
  readonly name!: string;

  @Field(() => String, { description: 'Its postal address, in one line.' })
  readonly address!: string;

  @Field(() => String, { description: "The city's name." })
  readonly city!: string;

  @Field(() => String, {
    description: 'IANA time zone, such as "Asia/Kolkata". Show times to people in this zone, not in theirs.',
  })
  readonly timeZone!: string;
}
