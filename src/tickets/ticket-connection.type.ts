import { Field, ObjectType } from 'type-graphql';
import type { TicketList } from './list-tickets.ts';
import { PageInfo } from './page-info.type.ts';
import { Ticket } from './ticket.type.ts';

@ObjectType({ description: 'A ticket in a list, with its place.' })
export class TicketEdge {
  @Field(() => String, {
    description: 'The place of this ticket in the list, for `after` and `before`.',
    simple: true,
  })
  readonly cursor!: string;

  @Field(() => Ticket, { description: 'The ticket.', simple: true })
  readonly node!: Ticket;
}

@ObjectType({ description: 'A page of a list of tickets.' })
export class TicketConnection {
  // myTickets multiplies by the page's size.
  @Field(() => [Ticket], { description: 'The tickets of this page.', simple: true, complexity: 1 })
  readonly nodes!: Ticket[];

  @Field(() => [TicketEdge], {
    description: 'The tickets of this page with their cursors.',
    simple: true,
    complexity: 1,
  })
  readonly edges!: TicketEdge[];

  @Field(() => PageInfo, { description: 'Whether the list goes on, and from where.', simple: true })
  readonly pageInfo!: PageInfo;

  /** What totalCount counts. */
  readonly list!: TicketList;
}
