import { type Environment, fetchQuery, graphql } from 'relay-runtime';
import type { ShowTicketQuery } from './generated/ShowTicketQuery.graphql.ts';

const Query = graphql`
  query ShowTicketQuery($id: ID!) {
    ticket(id: $id) {
      id
      status
      qrCode
      show {
        startTime
        movie { name duration }
        theater { name city timeZone }
      }
      payment { paymentMode status }
      seats { id row number status paidAmount { amount } }
      refunds { id refundStatus refundAmount { amount } }
      canCancel
      cancellationQuote {
        refundAmount { amount }
        cancellationFee { amount }
        refundEta
      }
    }
  }
`;

/** A ticket with what cancelling it now would give; null in `cancellationQuote` when it cannot be cancelled. */
export async function showTicket(environment: Environment, id: string) {
  const data = await fetchQuery<ShowTicketQuery>(environment, Query, { id }).toPromise();
  if (!data?.ticket) throw new Error('A ticket that is null comes with an error.');
  return data.ticket;
}
