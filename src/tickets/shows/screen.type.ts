import { Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'One hall of a theater.' })
export class Screen {
  @Field(() => ID, { description: 'Unique over all types.' })
  readonly id!: string;

  @Field(() => String, { description: 'Its name, such as "Screen 1".' })
  readonly name!: string;
}
