import type { GraphQLResolveInfo } from 'graphql';
import { byStep } from '../tickets/payments/refund-step.ts';
import type { RefundRow } from '../tickets/payments/shown-columns.ts';
import { readTickets } from '../tickets/read-tickets.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import { selectedTicketFields } from '../tickets/selected-fields.ts';
import type { Ticket } from '../tickets/ticket.type.ts';
import type { CalledOutcome } from './call-cancel-ticket.ts';

/** Reads what the results of cancelTicket and cancelSeats show. */

/** The ticket fields that the result types use themselves. */
const RESULT_FIELDS = ['id', 'status', 'cancelledAt'];

/** The fields of a result's ticket to read: the selected ones, and those that the result uses. */
export function ticketFieldsOf(info: GraphQLResolveInfo): ReadonlySet<string> {
  return new Set([...selectedTicketFields(info, 'ticket'), ...RESULT_FIELDS]);
}

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

/** The refund that a successful call created, or the call that it repeats. */
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
  return (await loaders.refunds.load(ticketId)).toSorted(byStep);
}
