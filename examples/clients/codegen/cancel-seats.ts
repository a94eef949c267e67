import { graphql } from './generated/index.ts';
import { type Connection, send } from './send.ts';

const QuoteOfSeats = graphql(`
  query QuoteOfSeats($ticketId: ID!, $seatIds: [ID!]!) {
    ticket(id: $ticketId) {
      id
      cancellationQuote(seatIds: $seatIds) {
        refundAmount { amount currencyCode }
        cancellationFee { amount }
        validUntil
      }
    }
  }
`);

const CancelSeats = graphql(`
  mutation CancelSeats($ticketId: ID!, $seatIds: [ID!]!, $expectedRefund: Decimal!, $idempotencyKey: String!) {
    cancelSeats(
      ticketId: $ticketId
      seatIds: $seatIds
      expectedRefund: $expectedRefund
      idempotencyKey: $idempotencyKey
    ) {
      __typename
      message
      ticket { id status canCancel seats { id status } }
      ... on SeatsCancelled {
        seats { id row number }
        refund { refundStatus refundAmount { amount currencyCode } refundEta }
      }
      ... on CancellationNotAllowed { cancelDeadline }
      ... on InvalidStatus { currentStatus }
      ... on QuoteChanged { quote { refundAmount { amount currencyCode } } }
      ... on SeatsUnavailable { seats { id row number } }
    }
  }
`);

/** The refund for cancelling the chosen seats now. Null if they cannot be cancelled. */
export async function quoteSeats(connection: Connection, ticketId: string, seatIds: string[]) {
  const { ticket } = await send(connection, QuoteOfSeats, { ticketId, seatIds });
  if (!ticket) throw new Error('A ticket that is null comes with an error.');
  return ticket.cancellationQuote;
}

export interface CancellationOfSeats {
  ticketId: string;
  /** Ids of `Ticket.seats`. */
  seatIds: string[];
  /** The refund that the user agreed to, from the quote of these seats. */
  expectedRefund: string;
  /** New for every cancellation, the same when it is sent again after a lost connection. */
  idempotencyKey: string;
}

/** Cancels some seats of a ticket; what became of it, in words for the person. */
export async function cancelSeats(
  connection: Connection,
  cancellation: CancellationOfSeats,
): Promise<string> {
  const { cancelSeats: result } = await send(connection, CancelSeats, cancellation);
  if (!result) throw new Error('A result that is null comes with an error.');
  // Kept for outcomes that a later server may have and this program does not know.
  const { message } = result;
  switch (result.__typename) {
    case 'SeatsCancelled': {
      const { refundAmount, refundEta } = result.refund;
      return `Cancelled ${labels(result.seats)}: ${refundAmount.amount} comes back in ${refundEta ?? 'no time'}.`;
    }
    case 'CancellationNotAllowed':
      return `Too late, it was possible until ${result.cancelDeadline}.`;
    case 'InvalidStatus':
      return `It cannot be cancelled: it is ${result.currentStatus}.`;
    case 'QuoteChanged':
      return `Nothing was cancelled: ${result.quote.refundAmount.amount} would come back now. Do you agree?`;
    case 'SeatsUnavailable':
      return `Nothing was cancelled: ${labels(result.seats)} was cancelled before.`;
    // The message says why: the policy, a discount, or too small a refund.
    case 'PartialNotAllowed':
      return `Nothing was cancelled. ${message}`;
    default:
      return message;
  }
}

function labels(seats: readonly { row: string; number: string }[]): string {
  return seats.map(({ row, number }) => `${row}${number}`).join(', ');
}
