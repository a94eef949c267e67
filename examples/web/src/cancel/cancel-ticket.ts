import { graphql } from '../generated/index.ts';

export const QuoteQuery = graphql(`
  query Quote($id: ID!) {
    ticket(id: $id) {
      id
      seatNumbers
      ...CancelTerms
      cancellationQuote {
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

/** The answer brings the ticket as it is now, also when nothing was cancelled: every place that shows it follows. */
export const CancelTicketMutation = graphql(`
  mutation CancelTicket($id: ID!, $expectedRefund: Decimal!, $idempotencyKey: String!) {
    cancelTicket(id: $id, expectedRefund: $expectedRefund, idempotencyKey: $idempotencyKey) {
      __typename
      message
      ticket {
        id
        canCancel
        qrCode
        ...CancelTerms
        cancellationQuote {
          ...CancellationQuote
        }
        payment {
          id
          status
        }
        ...RefundPanel
        ...Timeline
      }
      ... on QuoteChanged {
        quote {
          ...CancellationQuote
        }
      }
    }
  }
`);
