/** The operations of the benchmark: those of docs/clients.md, with variables. */

export const OPERATIONS = {
  MyTickets: `query MyTickets($first: Int, $after: String) {
    myTickets(first: $first, after: $after) {
      nodes {
        id bookingTime status
        show { movie { name posterUrl } theater { name city } startTime }
        seatsCount seatNumbers totalAmount { amount currencyCode } canCancel cancelDeadline
      }
      pageInfo { hasNextPage endCursor }
    }
  }`,
  TicketDetails: `query TicketDetails($id: ID!) { ticket(id: $id) { ${details()} } }`,
  TicketDetailsWithQr: `query TicketDetailsWithQr($id: ID!) { ticket(id: $id) { ${details()} qrCode } }`,
  Cancel: `mutation Cancel($id: ID!, $key: String) {
    cancelTicket(id: $id, idempotencyKey: $key) {
      message ticketId status
      refund { originalAmount { amount } refundAmount { amount } cancellationFee { amount } refundStatus refundEta }
      cancelledAt
    }
  }`,
};

export type OperationName = keyof typeof OPERATIONS;

function details(): string {
  return `id status
    show {
      movie { name duration rating } theater { name address city timeZone } screen { name } startTime endTime
    }
    seats { row number seatType price { amount } }
    pricing { baseAmount { amount } discount { amount } convenienceFee { amount } totalAmount { amount } }
    payment { transactionId paymentMode amount { amount } status paymentTime }
    cancellationQuote { cancellationFee { amount } refundAmount { amount } feePercent validUntil }`;
}
