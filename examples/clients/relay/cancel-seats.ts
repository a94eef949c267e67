import { commitMutation, type Environment, fetchQuery, graphql } from 'relay-runtime';
import type { CancelSeatsMutation } from './generated/CancelSeatsMutation.graphql.ts';
import type { CancelSeatsQuoteQuery } from './generated/CancelSeatsQuoteQuery.graphql.ts';

const Quote = graphql`
  query CancelSeatsQuoteQuery($ticketId: ID!, $seatIds: [ID!]!) {
    ticket(id: $ticketId) {
      cancellationQuote(seatIds: $seatIds) {
        refundAmount { amount }
        cancellationFee { amount }
        validUntil
      }
    }
  }
`;

const Mutation = graphql`
  mutation CancelSeatsMutation(
    $ticketId: ID!
    $seatIds: [ID!]!
    $expectedRefund: Decimal!
    $idempotencyKey: String!
  ) {
    cancelSeats(
      ticketId: $ticketId
      seatIds: $seatIds
      expectedRefund: $expectedRefund
      idempotencyKey: $idempotencyKey
    ) {
      __typename
      ... on SeatsCancelled {
        seats { row number }
        refund { refundAmount { amount } refundEta }
        ticket { ...CancelTicket_changed }
      }
      ... on CancellationNotAllowed {
        cancelDeadline
        ticket { ...CancelTicket_changed }
      }
      ... on InvalidStatus {
        currentStatus
        ticket { ...CancelTicket_changed }
      }
      ... on QuoteChanged {
        quote { refundAmount { amount } }
        ticket { ...CancelTicket_changed }
      }
      ... on SeatsUnavailable {
        seats { row number }
        ticket { ...CancelTicket_changed }
      }
      ... on PartialNotAllowed {
        message
        ticket { ...CancelTicket_changed }
      }
    }
  }
`;

/**
 * The refund for cancelling the chosen seats now. Null if they cannot be cancelled. The store keeps an entry for each
 * choice, so the quote is always read from the network.
 */
export async function quoteSeats(environment: Environment, ticketId: string, seatIds: string[]) {
  const variables = { ticketId, seatIds };
  const data = await fetchQuery<CancelSeatsQuoteQuery>(environment, Quote, variables).toPromise();
  if (!data?.ticket) throw new Error('A ticket that is null comes with an error.');
  return data.ticket.cancellationQuote;
}

/**
 * Cancels some seats of a ticket; what became of it, in words for the person. `expectedRefund` is what they agreed to,
 * from the quote of these seats.
 */
export async function cancelSeats(
  environment: Environment,
  variables: CancelSeatsMutation['variables'],
): Promise<string> {
  const { cancelSeats: result } = await new Promise<CancelSeatsMutation['response']>((resolve, reject) => {
    commitMutation<CancelSeatsMutation>(environment, {
      mutation: Mutation,
      variables,
      onCompleted: resolve,
      onError: reject,
    });
  });
  if (!result) throw new Error('A result that is null comes with an error.');
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
      return `Nothing was cancelled. ${result.message}`;
    // An outcome that a later server may have and this program does not know.
    default:
      return 'Nothing is known of what became of it: look at the ticket again.';
  }
}

function labels(seats: readonly { row: string; number: string }[]): string {
  return seats.map(({ row, number }) => `${row}${number}`).join(', ');
}
