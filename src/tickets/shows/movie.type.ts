import { Field, Float, ID, Int, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A movie.' })
export class Movie {
  @Field(() => ID, { description: 'The id, unique across all types.' })
  readonly id!: string;

  @Field(() => String, {
    description: 'The title, as plain text: escape it in HTML.',
  })
  readonly name!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The absolute http or https URL of the poster image. Null when there is none: show a placeholder.',
  })
  readonly posterUrl!: string | null;

  @Field(() => Int, { description: 'The running time in minutes.' })
  readonly duration!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'The average viewer rating, 0 to 10. Null when there is none.',
  })
  readonly rating!: number | null;
}
