import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A film.' })
export class Movie {
  @Field(() => ID, { description: 'Unique over all types.' })
  readonly id!: string;

  @Field(() => String, {
    description: 'Its title. Plain text: escape it before putting it into HTML.',
  })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Absolute http or https URL of the poster image; null when there is none that can be loaded.',
  })
  readonly posterUrl!: string | null;

  @Field(() => Int, { description: 'Running time in minutes.' })
  readonly duration!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Rating by viewers, 0 to 10; null until there is one.',
  })
  readonly rating!: number | null;
}
