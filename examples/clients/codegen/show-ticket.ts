import { graphql } from './generated/index.ts';
import { type Connection, send } from './send.ts';

const TicketDetails = graphql(`
  query TicketDetails($id: ID!) {
    ticket(id: $id) {
      id
      status
      bookingTime
      seatNumbers
      qrCode
      show {
        startTime
        movie { name duration }
        theater { name city timeZone }
      }
      totalAmount { amount currencyCode }
      payment { paymentMode status }
      seats { id row number status paidAmount { amount } }
      refunds { id refundStatus refundAmount { amount } refundEta }
      canCancel
      cancellationQuote {
        refundAmount { amount currencyCode }
        cancellationFee { amount }
        refundEta
        validUntil
      }
    }
  }
`);

/** A ticket with what cancelling it now would give; null in `cancellationQuote` when it cannot be cancelled. */
export async function showTicket(connection: Connection, id: string) {
  const { ticket } = await send(connection, TicketDetails, { id });
  if (!ticket) throw new Error('A ticket that is null comes with an error.');
  return ticket;
}
