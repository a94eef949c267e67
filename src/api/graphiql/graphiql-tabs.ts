/** The operations that GraphiQL opens with, one a tab, in the order to try them in. */

import type { ExampleTicket } from './find-example-ticket.ts';

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

/** @param key the idempotency key of both cancellations, so that the second returns the first one's answer */
export function graphiqlTabs({ id, refund }: ExampleTicket, key: string): GraphiQLTab[] {
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
  ];
}

function toText(variables: object): string {
  return JSON.stringify(variables, null, 2);
}
