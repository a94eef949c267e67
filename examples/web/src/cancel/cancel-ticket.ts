import { graphql } from '../generated/index.ts';

/** Without seatIds, the quote is for every seat that is left. */
export const QuoteQuery = graphql(`
  query Quote($id: ID!, $seatIds: [ID!]) {
    ticket(id: $id) {
      id
      canCancel
      seats {
        id
        showSeatId
        row
        number
        seatType
        status
        paidAmount {
          amount
          currencyCode
        }
      }
      pricing {
        discount {
          amount
          currencyCode
        }
      }
      cancellationPolicy {
        partial
      }
      ...CancelTerms
      cancellationQuote(seatIds: $seatIds) {
        ...CancellationQuote
      }
      show {
        id
        startTime
        utcOffsets {
          from
          minutes
        }
        movie {
          id
          name
        }
        theater {
          id
          timeZone
        }
      }
    }
  }
`);

export const CancellationQuoteFragment = graphql(`
  fragment CancellationQuote on CancellationQuote {
    originalAmount {
      amount
      currencyCode
    }
    cancellationFee {
      amount
      currencyCode
    }
    refundAmount {
      amount
      currencyCode
    }
    feePercent
    refundEta
    validUntil
  }
`);

/** The ticket as it is now, also when nothing was cancelled: every place that shows it follows. */
export const CancelOutcomeFragment = graphql(`
  fragment CancelOutcome on Ticket {
    id
    canCancel
    qrCode
    payment {
      id
      status
      refundAmount {
        amount
        currencyCode
      }
    }
    seats {
      id
      row
      number
      status
    }
    ...CancelTerms
    ...RefundPanel
    ...Timeline
  }
`);

export const CancelTicketMutation = graphql(`
  mutation CancelTicket($id: ID!, $expectedRefund: Decimal!, $idempotencyKey: String!) {
    cancelTicket(id: $id, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
      __typename
      message
      refund {
        id
      }
      ticket {
        ...CancelOutcome
      }
    }
  }
`);

export const CancelSeatsMutation = graphql(`
  mutation CancelSeats($id: ID!, $seatIds: [ID!]!, $expectedRefund: Decimal!, $idempotencyKey: String!) {
    cancelSeats(
      ticketId: $id
      seatIds: $seatIds
      expectedRefund: $expectedRefund
      idempotencyKey: $idempotencyKey
    ) {
      __typename
      message
      refund {
        id
      }
      ticket {
        ...CancelOutcome
      }
    }
  }
`);
