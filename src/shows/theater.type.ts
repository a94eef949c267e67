import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A cinema.' })
export class Theater {
  @Field(() => ID, { description: 'Unique over all types.', simple: true })
  readonly id!: string;

  @Field(() => String, { description: 'Its name.', simple: true })
  readonly name!: string;

  @Field(() => String, { description: 'Its postal address, in one line.', simple: true })
  readonly address!: string;

  @Field(() => String, { description: "The city's name.", simple: true })
  readonly city!: string;

  @Field(() => String, {
    description: 'IANA time zone, such as "Asia/Kolkata". Show times to people in this zone, not in theirs.',
    simple: true,
  })
  readonly timeZone!: string;
}
