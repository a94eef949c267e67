import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from './page-info.type.ts';
import { Ticket } from './ticket.type.ts';

@ObjectType({ description: 'A ticket in a list, with its place.' })
export class TicketEdge {
  @Field(() => String, {
    description: 'The place of this ticket in the list, for `after` and `before`.',
  })
  readonly cursor!: string;

  @Field(() => Ticket, { description: 'The ticket.' })
  readonly node!: Ticket;
}

@ObjectType({ description: 'A page of a list of tickets.' })
export class TicketConnection {
  // myTickets multiplies by the page's size.
  @Field(() => [Ticket], { description: 'The tickets of this page.', complexity: 1 })
  readonly nodes!: Ticket[];

  @Field(() => [TicketEdge], {
    description: 'The tickets of this page with their cursors.',
    complexity: 1,
  })
  readonly edges!: TicketEdge[];

  @Field(() => PageInfo, { description: 'Whether the list goes on, and from where.' })
  readonly pageInfo!: PageInfo;

  @Field(() => Int, {
    description: 'How many tickets the whole list has. Counted only when asked for.',
    // Like everything in a page, it is multiplied by the page's size: a statement for a short page, more for a long one.
    complexity: 20,
  })
  readonly totalCount!: number;
}
