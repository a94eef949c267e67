import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Query, Resolver } from 'type-graphql';
import { readTickets } from './read-tickets.ts';
import type { RequestContext } from './request-context.ts';
import { selectedTicketFields } from './selected-fields.ts';
import { Ticket } from './ticket.type.ts';

@Resolver()
export class TicketResolver {
  @Query(() => Ticket, {
    nullable: true,
    description:
      "One of the signed-in user's tickets. Null, with the error NOT_FOUND, when the ticket does not exist or belongs to someone else.",
    complexity: 20,
  })
  async ticket(
    @Arg('id', () => ID, { description: 'The id of the ticket.' }) id: string,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Ticket | null> {
    const row = await context.loaders.tickets.load(id);
    const [ticket] = row ? await readTickets([row], selectedTicketFields(info), context, context.now) : [];
    return ticket ?? null;
  }
}
