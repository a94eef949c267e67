import { commitMutation, type Environment, graphql } from 'relay-runtime';
import type { CancelTicketMutation } from './generated/CancelTicketMutation.graphql.ts';

/** The fields of a ticket that cancelling changes. Queries of tickets spread it too, so the store stays complete. */
export const ChangedFragment = graphql`
  fragment CancelTicket_changed on Ticket {
    id
    status
    canCancel
    qrCode
    payment { id paymentMode status }
    seats { id status }
    refunds { id refundStatus refundAmount { amount } }
    cancellationQuote {
      refundAmount { amount }
      cancellationFee { amount }
      refundEta
    }
  }
`;

/** Relay tells the outcomes apart when everything but `__typename` is asked for in each of them. */
const Mutation = graphql`
  mutation CancelTicketMutation($id: ID!, $expectedRefund: Decimal!, $idempotencyKey: String!) {
    cancelTicket(id: $id, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
      __typename
      ... on TicketCancelled {
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
    }
  }
`;

/**
 * Cancels a ticket; what became of it, in words for the person. `expectedRefund` is what they agreed to;
 * `idempotencyKey` is new for every cancellation, and the same when it is sent again after a lost connection.
 * The ticket in the store, and what shows it, is brought up to date by its id.
 */
export async function cancelTicket(
  environment: Environment,
  variables: CancelTicketMutation['variables'],
): Promise<string> {
  const { cancelTicket: result } = await new Promise<CancelTicketMutation['response']>((resolve, reject) => {
    commitMutation<CancelTicketMutation>(environment, {
      mutation: Mutation,
      variables,
      onCompleted: resolve,
      onError: reject,
    });
  });
  if (!result) throw new Error('A result that is null comes with an error.');
  switch (result.__typename) {
    case 'TicketCancelled':
      return `Cancelled: ${result.refund.refundAmount.amount} comes back in ${result.refund.refundEta ?? 'no time'}.`;
    case 'CancellationNotAllowed':
      return `Too late, it was possible until ${result.cancelDeadline}.`;
    case 'InvalidStatus':
      return `It cannot be cancelled: it is ${result.currentStatus}.`;
    case 'QuoteChanged':
      return `Nothing was cancelled: ${result.quote.refundAmount.amount} would come back now. Do you agree?`;
    // An outcome that a later server may have and this program does not know.
    default:
      return 'Nothing is known of what became of it: look at the ticket again.';
  }
}
