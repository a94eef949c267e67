import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import { DecimalScalar } from '../platform/money/decimal.scalar.ts';
import { toRefund } from '../tickets/payments/refund.type.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import { CANCELLATION_COST, type CalledOutcome, callCancelTicket } from './call-cancel-ticket.ts';
import { CancelTicketResult, TicketCancelled } from './cancel-ticket-result.type.ts';
import { readTicket, refundOf, ticketFieldsOf } from './read-result.ts';
import { toRefusal } from './to-refusal.ts';

@Resolver()
export class CancelTicketResolver {
  @Mutation(() => CancelTicketResult, {
    nullable: true,
    description:
      "Cancels one of the signed-in user's tickets, with every ACTIVE seat, and starts its refund. Returns null only with an error: UNAUTHENTICATED, NOT_FOUND, RATE_LIMITED, BAD_USER_INPUT or SERVICE_UNAVAILABLE. A user has 5 attempts per hour. Refusals count as attempts; a retry of a successful call with its key does not.",
    complexity: CANCELLATION_COST,
  })
  async cancelTicket(
    @Arg('id', () => ID, { description: 'The id of the ticket to cancel.' }) ticketId: string,
    @Arg('expectedRefund', () => DecimalScalar, {
      nullable: true,
      description:
        'The refund in rupees that the user agreed to: `refundAmount` of the quote. If the refund has changed, nothing is cancelled and the result is QuoteChanged. Without it, any refund is accepted.',
    })
    expectedRefund: bigint | null | undefined,
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description:
        'A unique value for each cancellation, such as a UUID: 1 to 128 printable ASCII characters. After a lost connection, retry with the same key and arguments: if the first call succeeded, the retry returns TicketCancelled again and is not an attempt. A key is kept for 30 days.',
    })
    idempotencyKey: string | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CancelTicketResult | null> {
    const outcome = await callCancelTicket(context, {
      ticketId,
      seatIds: null,
      expectedRefund,
      idempotencyKey,
    });
    return toResult(outcome, ticketFieldsOf(info), context);
  }
}

async function toResult(
  outcome: CalledOutcome,
  ticketFields: ReadonlySet<string>,
  context: RequestContext,
): Promise<CancelTicketResult> {
  switch (outcome.kind) {
    case 'cancelled':
    case 'repeated':
      return new TicketCancelled(
        await readTicket(outcome, ticketFields, context),
        toRefund(await refundOf(outcome, context)),
      );
    case 'seatsUnavailable':
    case 'partialNotAllowed':
      throw new Error(`a whole cancellation was refused as ${outcome.kind}`);
    default:
      return toRefusal(outcome, 'ticket', ticketFields, context);
  }
}
