import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A hall of a theater.' })
export class Screen {
  @Field(() => ID, { description: 'The id, unique across all types.' })
  readonly id!: string;

  @Field(() => String, { description: 'The name of the hall, such as "Screen 1".' })
  readonly name!: string;
}
