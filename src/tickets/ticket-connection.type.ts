import { Field, Int, ObjectType } from 'type-graphql';
import { MOST_COUNTED } from './count-tickets.ts';
import { Ticket } from './ticket.type.ts';

@ObjectType({ description: 'The position of a page in its list.' })
export class PageInfo {
  @Field(() => Boolean, {
    description:
      'Whether more tickets follow this page. With `first` and `before`, only those up to `before` count.',
  })
  readonly hasNextPage!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether more tickets precede this page. With `last` and `after`, only those down to `after` count.',
  })
  readonly hasPreviousPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the first ticket of the page. Pass it as `before`. Null for an empty page.',
  })
  readonly startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last ticket of the page. Pass it as `after`. Null for an empty page.',
  })
  readonly endCursor!: string | null;
}

@ObjectType({ description: 'A ticket in a list, with its cursor.' })
export class TicketEdge {
  @Field(() => String, {
    description: 'The position of this ticket in the list. Pass it as `after` or `before`.',
  })
  readonly cursor!: string;

  @Field(() => Ticket, { description: 'The ticket.' })
  readonly node!: Ticket;
}

/** pageCost multiplies this by the page size: on a short page it is half the cost of a query. */
const COUNT_COST = 10;

@ObjectType({ description: 'A page of a list of tickets.' })
export class TicketConnection {
  // pageCost multiplies this by the page size.
  @Field(() => [Ticket], { description: 'The tickets of this page.', complexity: 1 })
  readonly nodes!: Ticket[];

  @Field(() => [TicketEdge], {
    description: 'The tickets of this page with their cursors.',
    complexity: 1,
  })
  readonly edges!: TicketEdge[];

  @Field(() => PageInfo, { description: 'Whether there are more pages, and the cursors to get them.' })
  readonly pageInfo!: PageInfo;

  @Field(() => Int, {
    description: `The number of tickets in the whole filtered list, at most ${MOST_COUNTED}: show "${MOST_COUNTED}+" when \`totalCountIsExact\` is false. Computed only when you select it.`,
    complexity: COUNT_COST,
  })
  readonly totalCount!: number;

  @Field(() => Boolean, {
    description: `Whether \`totalCount\` is exact. False if the list has more than ${MOST_COUNTED} tickets.`,
    complexity: COUNT_COST,
  })
  readonly totalCountIsExact!: boolean;
}
