import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import { UsherError } from '../platform/errors/usher-error.ts';
import { DecimalScalar } from '../platform/money/decimal.scalar.ts';
import { formatRupees } from '../platform/money/money.ts';
import { type Refund, toRefund } from '../tickets/payments/refund.type.ts';
import { deadlineMessage } from '../tickets/policies/cancellation-policy.ts';
import { toCancellationQuote } from '../tickets/policies/cancellation-quote.type.ts';
import { readTickets } from '../tickets/read-tickets.ts';
import { type RequestContext, signedIn } from '../tickets/request-context.ts';
import { selectedTicketFields } from '../tickets/selected-fields.ts';
import type { Ticket } from '../tickets/ticket.type.ts';
import type { TicketRow } from '../tickets/ticket-row.ts';
import type { TicketStatus } from '../tickets/ticket-status.ts';
import { type CancellationOutcome, cancelTicket } from './cancel-ticket.ts';
import {
  CancellationNotAllowed,
  CancelTicketResult,
  InvalidStatus,
  QuoteChanged,
  TicketCancelled,
} from './cancel-ticket-result.type.ts';

/** The ticket fields that CancelTicketResult itself uses. */
const RESULT_FIELDS = ['id', 'status', 'cancelledAt'];

@Resolver()
export class CancelTicketResolver {
  @Mutation(() => CancelTicketResult, {
    nullable: true,
    description:
      "Cancels one of the signed-in user's tickets and starts its refund. Returns null only with an error: UNAUTHENTICATED, NOT_FOUND, RATE_LIMITED, BAD_USER_INPUT or SERVICE_UNAVAILABLE. A user has 5 attempts per hour. Refusals count as attempts; a retry of a successful call with its key does not.",
    // It sends about fifteen statements.
    complexity: 1_500,
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
    checkKey(idempotencyKey);
    const showId = await context.loaders.showIds.load(ticketId);
    if (!showId) throw new UsherError('NOT_FOUND');
    const outcome = await cancelTicket(context, {
      userId: signedIn(context).id,
      ticketId,
      showId,
      expectedRefund: expectedRefund ?? null,
      idempotencyKey: idempotencyKey ?? null,
    });
    clearLoaders(ticketId, context);
    const ticketFields = new Set([...selectedTicketFields(info, 'ticket'), ...RESULT_FIELDS]);
    return toResult(outcome, ticketFields, context);
  }
}

function checkKey(key: string | null | undefined): void {
  if (key == null || /^[\x20-\x7e]{1,128}$/.test(key)) return;
  const message = 'idempotencyKey must be 1 to 128 printable ASCII characters.';
  throw new UsherError('BAD_USER_INPUT', { message });
}

/** Discards what an earlier alias of the same operation read of the ticket. */
function clearLoaders(ticketId: string, { loaders }: RequestContext): void {
  loaders.payments.clear(ticketId);
  loaders.refunds.clear(ticketId);
  loaders.events.clear(ticketId);
}

async function toResult(
  outcome: CancellationOutcome,
  ticketFields: ReadonlySet<string>,
  context: RequestContext,
): Promise<CancelTicketResult> {
  const readTicket = async ({ row, now }: { row: TicketRow; now: Date }): Promise<Ticket> => {
    const [ticket] = await readTickets([row], ticketFields, context, now);
    if (!ticket) throw new Error('readTickets returned no ticket for a row');
    return ticket;
  };
  switch (outcome.kind) {
    case 'notFound':
      throw new UsherError('NOT_FOUND');
    case 'keyTaken':
      throw new UsherError('BAD_USER_INPUT', {
        message: 'This idempotencyKey was used with other arguments. Use a new key for a new cancellation.',
      });
    case 'rateLimited':
      throw new UsherError('RATE_LIMITED', { retryAfterSeconds: outcome.retryAfterSeconds });
    case 'cancelled': {
      const ticket = await readTicket(outcome);
      const refund = outcome.refund ? toRefund(outcome.refund) : await refundOf(ticket, context);
      return new TicketCancelled(ticket, refund);
    }
    case 'invalidStatus': {
      const ticket = await readTicket(outcome);
      const refund = ticket.status === 'CANCELLED' ? await refundOf(ticket, context) : null;
      return new InvalidStatus(invalidStatusMessage(ticket.status), ticket, refund);
    }
    case 'tooLate': {
      const { row, now, deadline } = outcome;
      return new CancellationNotAllowed(
        deadlineMessage(row.policy),
        await readTicket(outcome),
        deadline,
        now,
      );
    }
    case 'quoteChanged': {
      const { row, quote } = outcome;
      const refund = `${formatRupees(quote.refundAmount)} ${row.ticket.currency}`;
      const message = `The refund is now ${refund}. The ticket was not cancelled.`;
      return new QuoteChanged(message, await readTicket(outcome), toCancellationQuote(quote, row.policy));
    }
  }
}

async function refundOf(ticket: Ticket, { loaders }: RequestContext): Promise<Refund> {
  const [refund] = await loaders.refunds.load(ticket.id);
  if (!refund) throw new Error(`ticket ${ticket.id} is CANCELLED without a refund`);
  return toRefund(refund);
}

function invalidStatusMessage(status: TicketStatus): string {
  return status === 'CANCELLED'
    ? 'Ticket is already cancelled'
    : `Cannot cancel ticket with status '${status}'`;
}
