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
  Everything: `query Everything($first: Int) {
    myTickets(first: $first) {
      nodes {
        id bookingTime status
        show { movie { name } theater { name city } screen { name } startTime endTime }
        seats { row number seatType price { amount } }
        pricing { baseAmount { amount } discount { amount } convenienceFee { amount } totalAmount { amount } }
        payment { transactionId paymentMode amount { amount } status paymentTime }
        refund { refundAmount { amount } cancellationFee { amount } refundStatus }
        timeline { type actor at }
        cancellationPolicy { name version cutoffMinutes }
      }
      totalCount
    }
  }`,
  ByAmount: `query ByAmount($last: Int) {
    myTickets(last: $last, orderBy: { field: TOTAL_AMOUNT }) { nodes { id totalAmount { amount } seatNumbers } }
  }`,
  Cancelled: `query Cancelled($first: Int) {
    myTickets(first: $first, filter: { status: CANCELLED }) {
      nodes { id status refund { refundAmount { amount } cancellationFee { amount } refundStatus requestedAt } }
      totalCount
    }
  }`,
  Count: 'query Count { myTickets { totalCount } }',
  Upcoming: `query Upcoming($first: Int) {
    myTickets(first: $first, filter: { timing: UPCOMING }, orderBy: { field: SHOW_TIME, direction: ASC }) { ${byShow()} }
  }`,
  Past: `query Past($first: Int, $after: String) {
    myTickets(first: $first, after: $after, filter: { timing: PAST }, orderBy: { field: SHOW_TIME }) { ${byShow()} }
  }`,
  Cancel: `mutation Cancel($id: ID!, $key: String) {
    cancelTicket(id: $id, idempotencyKey: $key) {
      message ticketId status
      refund { originalAmount { amount } refundAmount { amount } cancellationFee { amount } refundStatus refundEta }
      cancelledAt
    }
  }`,
};

export type OperationName = keyof typeof OPERATIONS;

function byShow(): string {
  return `nodes {
      id status show { movie { name posterUrl } theater { name city } startTime }
      seatNumbers totalAmount { amount } canCancel
    }
    pageInfo { hasNextPage }`;
}

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
