import { graphql } from './generated/index.ts';
import { type Connection, send } from './send.ts';

const CancelTicket = graphql(`
  mutation CancelTicket($id: ID!, $expectedRefund: Decimal!, $idempotencyKey: String!) {
    cancelTicket(id: $id, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
      __typename
      message
      ticket { id status canCancel }
      ... on TicketCancelled {
        cancelledAt
        refund { refundStatus refundAmount { amount currencyCode } refundEta }
      }
      ... on CancellationNotAllowed { cancelDeadline }
      ... on InvalidStatus { currentStatus }
      ... on QuoteChanged { quote { refundAmount { amount currencyCode } } }
    }
  }
`);

export interface Cancellation {
  id: string;
  /** The refund that the user agreed to, from the quote. */
  expectedRefund: string;
  /** New for every cancellation, the same when it is sent again after a lost connection. */
  idempotencyKey: string;
}

/** Cancels a ticket; what became of it, in words for the person. */
export async function cancelTicket(connection: Connection, cancellation: Cancellation): Promise<string> {
  const { cancelTicket: result } = await send(connection, CancelTicket, cancellation);
  if (!result) throw new Error('A result that is null comes with an error.');
  // Kept for outcomes that a later server may have and this program does not know.
  const { message } = result;
  switch (result.__typename) {
    case 'TicketCancelled':
      return `Cancelled: ${result.refund.refundAmount.amount} comes back in ${result.refund.refundEta ?? 'no time'}.`;
    case 'CancellationNotAllowed':
      return `Too late, it was possible until ${result.cancelDeadline}.`;
    case 'InvalidStatus':
      return `It cannot be cancelled: it is ${result.currentStatus}.`;
    case 'QuoteChanged':
      return `Nothing was cancelled: ${result.quote.refundAmount.amount} would come back now. Do you agree?`;
    default:
      return message;
  }
}
