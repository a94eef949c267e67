/** What GraphiQL opens with: one operation a tab, in the order in which a reader tries them. */

export interface GraphiQLTab {
  query: string;
  /** JSON, as the editor shows it. */
  variables?: string;
}

const LIST = `# Your tickets. Ctrl-Enter runs this; Ctrl-Space proposes fields.
query MyTickets {
  myTickets(first: 5) {
    nodes {
      id
      status
      show {
        movie { name }
        startTime
      }
      seatNumbers
      totalAmount { amount }
      canCancel
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const DETAILS = `# One ticket, with its QR code and what happened to it.
query TicketDetails($id: ID!) {
  ticket(id: $id) {
    id
    status
    timing
    show {
      movie { name duration rating }
      theater { name city timeZone }
      screen { name }
      startTime
    }
    seats { row number seatType price { amount } }
    pricing {
      baseAmount { amount }
      discount { amount }
      convenienceFee { amount }
      totalAmount { amount }
    }
    payment { paymentMode status }
    timeline { type at actor }
    qrCode
  }
}
`;

const QUOTE = `# What cancelling would cost. This changes nothing.
query CancellationQuote($id: ID!) {
  ticket(id: $id) {
    canCancel
    cancelDeadline
    cancellationQuote {
      originalAmount { amount }
      cancellationFee { amount }
      feePercent
      refundAmount { amount }
      refundEta
      validUntil
    }
  }
}
`;

function cancellation(comment: string, name: string): string {
  return `# ${comment}
mutation ${name}($id: ID!, $idempotencyKey: String) {
  cancelTicket(id: $id, idempotencyKey: $idempotencyKey) {
    __typename
    message
    status
    cancelledAt
    refund {
      refundAmount { amount }
      cancellationFee { amount }
      refundStatus
      refundEta
    }
  }
}
`;
}

/** @param key the same for both cancellations, so that the second is a replay */
export function graphiqlTabs(ticketId: string, key: string): GraphiQLTab[] {
  const ticket = toText({ id: ticketId });
  const call = toText({ id: ticketId, idempotencyKey: key });
  return [
    { query: LIST },
    { query: DETAILS, variables: ticket },
    { query: QUOTE, variables: ticket },
    { query: cancellation('Cancels it. The key makes it safe to send again.', 'Cancel'), variables: call },
    {
      query: cancellation('The same key again: the first answer, and nothing happens twice.', 'CancelAgain'),
      variables: call,
    },
  ];
}

function toText(variables: object): string {
  return JSON.stringify(variables, null, 2);
}
