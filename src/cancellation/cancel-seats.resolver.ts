import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, ID, Info, Mutation, Resolver } from 'type-graphql';
import { DecimalScalar } from '../platform/money/decimal.scalar.ts';
import { toRefund } from '../tickets/payments/refund.type.ts';
import type { RefundRow } from '../tickets/payments/shown-columns.ts';
import type { CancellationDecision } from '../tickets/policies/cancellation-policy.ts';
import { paidShares } from '../tickets/policies/paid-shares.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import { type SoldSeat, type TicketSeat, toTicketSeat } from '../tickets/seats/seat.type.ts';
import { bySeat } from '../tickets/seats/seat-label.ts';
import { seatsOfRefund } from '../tickets/seats/seats-of-refund.ts';
import { CANCELLATION_COST, type CalledOutcome, callCancelTicket } from './call-cancel-ticket.ts';
import { PartialNotAllowed, SeatsCancelled, SeatsUnavailable } from './cancel-seats-result.type.ts';
import { CancelSeatsResult } from './cancel-ticket-result.type.ts';
import { readTicket, refundOf, refundsOf, ticketFieldsOf } from './read-result.ts';
import { toRefusal } from './to-refusal.ts';

@Resolver()
export class CancelSeatsResolver {
  @Mutation(() => CancelSeatsResult, {
    nullable: true,
    description:
      "Cancels some of the seats of one of the signed-in user's tickets and starts their refund. The other seats stay valid; with the last ACTIVE seat, the ticket is CANCELLED. Returns null only with an error: UNAUTHENTICATED, NOT_FOUND, RATE_LIMITED, BAD_USER_INPUT or SERVICE_UNAVAILABLE. Calls of cancelTicket and cancelSeats count together: a user has 5 attempts per hour.",
    complexity: CANCELLATION_COST,
  })
  async cancelSeats(
    @Arg('ticketId', () => ID, { description: 'The id of the ticket.' }) ticketId: string,
    @Arg('seatIds', () => [ID], {
      description: 'The ids of the seats to cancel: `id` of `Ticket.seats`. At least one.',
    })
    seatIds: string[],
    @Arg('expectedRefund', () => DecimalScalar, {
      nullable: true,
      description:
        'The refund in rupees that the user agreed to: `refundAmount` of `cancellationQuote(seatIds: ...)`. If the refund has changed, nothing is cancelled and the result is QuoteChanged. Without it, any refund is accepted.',
    })
    expectedRefund: bigint | null | undefined,
    @Arg('idempotencyKey', () => String, {
      nullable: true,
      description:
        'A unique value for each cancellation, such as a UUID: 1 to 128 printable ASCII characters. After a lost connection, retry with the same key and arguments, in any order of the seats: if the first call succeeded, the retry returns SeatsCancelled again and is not an attempt. A key is kept for 30 days.',
    })
    idempotencyKey: string | null | undefined,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<CancelSeatsResult | null> {
    const outcome = await callCancelTicket(context, { ticketId, seatIds, expectedRefund, idempotencyKey });
    return toResult(outcome, ticketFieldsOf(info), context);
  }
}

const PARTIAL_NOT_ALLOWED: Record<
  Extract<CancellationDecision, { kind: 'partialNotAllowed' }>['reason'],
  string
> = {
  POLICY: 'This ticket can only be cancelled as a whole.',
  DISCOUNT: 'This ticket was sold at a discount, so it can only be cancelled as a whole.',
  BELOW_MINIMUM:
    'The refund of these seats would be below Rs 1, the least that can be refunded. Choose more seats.',
};

async function toResult(
  outcome: CalledOutcome,
  ticketFields: ReadonlySet<string>,
  context: RequestContext,
): Promise<CancelSeatsResult> {
  switch (outcome.kind) {
    case 'cancelled':
    case 'repeated': {
      const refund = await refundOf(outcome, context);
      return new SeatsCancelled(
        await readTicket(outcome, ticketFields, context),
        toRefund(refund),
        toTicketSeats(outcome, seatsOfRefund(outcome.row.seats, refund.id), [refund]),
      );
    }
    case 'partialNotAllowed':
      return new PartialNotAllowed(
        PARTIAL_NOT_ALLOWED[outcome.reason],
        await readTicket(outcome, ticketFields, context),
      );
    case 'seatsUnavailable': {
      const seats = outcome.row.seats.filter(({ seatId }) => outcome.seatIds.includes(seatId));
      const refunds = await refundsOf(outcome.row.ticket.id, context);
      return new SeatsUnavailable(
        await readTicket(outcome, ticketFields, context),
        toTicketSeats(outcome, seats, refunds),
      );
    }
    default:
      return toRefusal(outcome, 'seats', ticketFields, context);
  }
}

/** @param refunds the refunds that the seats may be of */
function toTicketSeats(
  { row }: CalledOutcome,
  seats: readonly SoldSeat[],
  refunds: readonly RefundRow[],
): TicketSeat[] {
  const { id: ticketId, showId, status, cancelledAt } = row.ticket;
  const shares = paidShares(row.ticket, row.seats);
  const facts = { ticketId, showId, isCancelled: status === 'CANCELLED', cancelledAt, shares, refunds };
  return seats.toSorted(bySeat).map((seat) => toTicketSeat(seat, facts));
}
