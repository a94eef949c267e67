import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A film.' })
export class Movie {
  @Field(() => ID, { description: 'Unique over all types.', simple: true })
  readonly id!: string;

  @Field(() => String, {
    description: 'Its title. Plain text: escape it before putting it into HTML.',
    simple: true,
  })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Absolute http or https URL of the poster image; null when there is none that can be loaded.',
    simple: true,
  })
  readonly posterUrl!: string | null;

  @Field(() => Int, { description: 'Running time in minutes.', simple: true })
  readonly duration!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Rating by viewers, 0 to 10; null until there is one.',
    simple: true,
  })
  readonly rating!: number | null;
}
