import { formatRupees } from '../platform/money/money.ts';
import { type Refund, toRefundOfTicket } from '../tickets/payments/refund.type.ts';
import type { RefundRow } from '../tickets/payments/shown-columns.ts';
import { deadlineMessage } from '../tickets/policies/cancellation-policy.ts';
import { toCancellationQuote } from '../tickets/policies/cancellation-quote.type.ts';
import { readTickets } from '../tickets/read-tickets.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import type { Ticket } from '../tickets/ticket.type.ts';
import type { TicketStatus } from '../tickets/ticket-status.ts';
import type { CalledOutcome } from './call-cancel-ticket.ts';
import { CancellationNotAllowed, InvalidStatus, QuoteChanged } from './cancel-ticket-result.type.ts';

/** The ticket fields that the result types use themselves. */
export const RESULT_FIELDS = ['id', 'status', 'cancelledAt'];

/** Builds the ticket of a result. */
export async function readTicket(
  { row, now }: Pick<CalledOutcome, 'row' | 'now'>,
  ticketFields: ReadonlySet<string>,
  context: RequestContext,
): Promise<Ticket> {
  const [ticket] = await readTickets([row], ticketFields, context, now);
  if (!ticket) throw new Error('readTickets returned no ticket for a row');
  return ticket;
}

/** The refund that a successful call created, or its first call. */
export async function refundOf(
  outcome: Extract<CalledOutcome, { kind: 'cancelled' | 'repeated' }>,
  context: RequestContext,
): Promise<RefundRow> {
  if (outcome.kind === 'cancelled') return outcome.refund;
  const { id } = outcome.row.ticket;
  const refunds = await refundsOf(id, context);
  const { refundId } = outcome;
  const refund = refundId === null ? refunds[0] : refunds.find((one) => one.id === refundId);
  if (!refund) throw new Error(`ticket ${id} has a used key without its refund`);
  return refund;
}

/** The refunds of a ticket, sorted by their steps. */
export async function refundsOf(ticketId: string, { loaders }: RequestContext): Promise<RefundRow[]> {
  return (await loaders.refunds.load(ticketId)).toSorted((a, b) => a.step - b.step);
}

/**
 * Translates the refusals that cancelTicket and cancelSeats share.
 *
 * @param asked what was to be cancelled, for messages
 */
export async function toRefusal(
  outcome: Extract<CalledOutcome, { kind: 'invalidStatus' | 'tooLate' | 'quoteChanged' }>,
  asked: 'ticket' | 'seats',
  ticketFields: ReadonlySet<string>,
  context: RequestContext,
): Promise<InvalidStatus | CancellationNotAllowed | QuoteChanged> {
  const { row } = outcome;
  const ticket = await readTicket(outcome, ticketFields, context);
  switch (outcome.kind) {
    case 'invalidStatus':
      return new InvalidStatus(
        invalidStatusMessage(ticket.status),
        ticket,
        ticket.status === 'CANCELLED' ? await refundOfTicket(ticket.id, context) : null,
      );
    case 'tooLate':
      return new CancellationNotAllowed(deadlineMessage(row.policy), ticket, outcome.deadline, outcome.now);
    case 'quoteChanged': {
      const { quote } = outcome;
      const refund = `${formatRupees(quote.refundAmount)} ${row.ticket.currency}`;
      const message = `The refund is now ${refund}. The ${asked} ${asked === 'seats' ? 'were' : 'was'} not cancelled.`;
      return new QuoteChanged(message, ticket, toCancellationQuote(quote, row.policy));
    }
  }
}

async function refundOfTicket(ticketId: string, context: RequestContext): Promise<Refund | null> {
  return toRefundOfTicket(ticketId, await refundsOf(ticketId, context));
}

function invalidStatusMessage(status: TicketStatus): string {
  return status === 'CANCELLED'
    ? 'Ticket is already cancelled'
    : `Cannot cancel ticket with status '${status}'`;
}
