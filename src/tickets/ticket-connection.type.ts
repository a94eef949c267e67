import { Field, Int, ObjectType } from 'type-graphql';
import type { TicketPage } from './list-tickets.ts';
import { PageInfo } from './page-info.type.ts';
import { Ticket } from './ticket.type.ts';
import { encodeCursor } from './ticket-cursor.ts';
import type { TicketFilter, TicketOrder } from './ticket-filter.input.ts';
import { cursorOf, listName } from './ticket-order.ts';

@ObjectType({ description: 'A ticket in a list, with its place.' })
export class TicketEdge {
  @Field(() => Ticket, { description: 'The ticket.', simple: true })
  readonly node: Ticket;

  constructor(
    node: Ticket,
    private readonly order: TicketOrder,
    private readonly filter: TicketFilter,
  ) {
    this.node = node;
  }

  @Field(() => String, {
    description: 'The place of this ticket in the list, for `after` and `before`.',
    simple: true,
  })
  get cursor(): string {
    return encodeCursor(cursorOf(this.node.row, this.order), listName(this.order, this.filter));
  }
}

@ObjectType({ description: 'A page of a list of tickets.' })
export class TicketConnection {
  // myTickets multiplies by the page's size.
  @Field(() => [TicketEdge], {
    description: 'The tickets of this page with their cursors.',
    simple: true,
    complexity: 1,
  })
  readonly edges: TicketEdge[];

  constructor(
    edges: TicketEdge[],
    private readonly ends: Omit<TicketPage, 'rows'>,
    /** Null: it was not asked for. */
    private readonly counted: number | null,
  ) {
    this.edges = edges;
  }

  @Field(() => [Ticket], { description: 'The tickets of this page.', simple: true, complexity: 1 })
  get nodes(): Ticket[] {
    return this.edges.map(({ node }) => node);
  }

  @Field(() => PageInfo, { description: 'Whether the list goes on, and from where.', simple: true })
  get pageInfo(): PageInfo {
    const [first, last] = [this.edges.at(0), this.edges.at(-1)];
    return { ...this.ends, startCursor: first?.cursor ?? null, endCursor: last?.cursor ?? null };
  }

  @Field(() => Int, {
    description: 'How many tickets the whole list has. Counted only when asked for.',
    simple: true,
    // Like everything in a page, it is multiplied by the page's size: a statement for a short page, more for a long one.
    complexity: 20,
  })
  get totalCount(): number {
    if (this.counted === null) throw new Error('the tickets of the list were not counted');
    return this.counted;
  }
}
