import { Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page lies in its list.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows this page.' })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether something precedes this page.' })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first one; null for an empty page.',
  })
  readonly startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last one, for `after`; null for an empty page.',
  })
  readonly endCursor!: string | null;
}
