import { formatRupees } from '../platform/money/money.ts';
import { toRefundOfTicket } from '../tickets/payments/refund.type.ts';
import { deadlineMessage } from '../tickets/policies/cancellation-policy.ts';
import { toCancellationQuote } from '../tickets/policies/cancellation-quote.type.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import type { TicketStatus } from '../tickets/ticket-status.ts';
import type { CalledOutcome } from './call-cancel-ticket.ts';
import { CancellationNotAllowed, InvalidStatus, QuoteChanged } from './cancel-ticket-result.type.ts';
import { readTicket, refundsOf } from './read-result.ts';

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
        ticket.status === 'CANCELLED'
          ? toRefundOfTicket(ticket.id, await refundsOf(ticket.id, context))
          : null,
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

function invalidStatusMessage(status: TicketStatus): string {
  return status === 'CANCELLED'
    ? 'Ticket is already cancelled'
    : `Cannot cancel ticket with status '${status}'`;
}
