/** The operations that GraphiQL opens with, one a tab, in the order to try them in. */

import type { ExampleSeats, ExampleTicket } from './find-example-ticket.ts';

export interface GraphiQLTab {
  query: string;
  /** JSON text. */
  variables?: string;
}

const LIST = `# Your tickets. Ctrl-Enter runs this.
# Ctrl-Space proposes fields.
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

const QUOTE_OF_SEATS = `# The quote of some seats of another ticket.
# cancellationPolicy.partial says whether that is allowed.
query SeatsQuote($ticketId: ID!, $seatIds: [ID!]!) {
  ticket(id: $ticketId) {
    cancellationPolicy { name version partial }
    seats { id row number status paidAmount { amount } }
    cancellationQuote(seatIds: $seatIds) {
      originalAmount { amount }
      cancellationFee { amount }
      refundAmount { amount }
      validUntil
    }
  }
}
`;

const CANCEL_SEATS = `# Cancels these seats. The others stay valid.
mutation CancelSeats(
  $ticketId: ID!
  $seatIds: [ID!]!
  $expectedRefund: Decimal
  $idempotencyKey: String
) {
  cancelSeats(
    ticketId: $ticketId
    seatIds: $seatIds
    expectedRefund: $expectedRefund
    idempotencyKey: $idempotencyKey
  ) {
    __typename
    message
    status
    refund {
      refundAmount { amount }
      cancellationFee { amount }
      refundStatus
    }
    ticket {
      seats { id status }
      refunds { id refundStatus refundAmount { amount } }
    }
  }
}
`;

function cancellation(name: string, ...comment: string[]): string {
  return `${comment.map((line) => `# ${line}`).join('\n')}
mutation ${name}(
  $id: ID!
  $expectedRefund: Decimal
  $idempotencyKey: String
) {
  cancelTicket(
    id: $id
    expectedRefund: $expectedRefund
    idempotencyKey: $idempotencyKey
  ) {
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

/** A choice of seats, with its quote and its cancellation. */
function seatTabs({ ticketId, seatIds, refund }: ExampleSeats, key: string): GraphiQLTab[] {
  return [
    { query: QUOTE_OF_SEATS, variables: toText({ ticketId, seatIds }) },
    {
      query: CANCEL_SEATS,
      variables: toText({ ticketId, seatIds, expectedRefund: refund, idempotencyKey: `${key}-seats` }),
    },
  ];
}

/** @param key the idempotency key of both cancellations, so that the second returns the first one's answer */
export function graphiqlTabs({ id, refund, seats }: ExampleTicket, key: string): GraphiQLTab[] {
  const ticket = toText({ id });
  const call = toText({ id, expectedRefund: refund, idempotencyKey: key });
  return [
    { query: LIST },
    { query: DETAILS, variables: ticket },
    { query: QUOTE, variables: ticket },
    {
      query: cancellation(
        'Cancel',
        'Cancels it, if that is the refund.',
        'The key makes it safe to send again.',
      ),
      variables: call,
    },
    {
      query: cancellation('CancelAgain', 'The same key again: the first answer.', 'Nothing happens twice.'),
      variables: call,
    },
    ...(seats ? seatTabs(seats, key) : []),
  ];
}

function toText(variables: object): string {
  return JSON.stringify(variables, null, 2);
}
