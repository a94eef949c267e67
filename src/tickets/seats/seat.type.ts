import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { seatType, type ticketSeats } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { Refund, toRefund } from '../payments/refund.type.ts';
import type { RefundRow } from '../payments/shown-columns.ts';
import type { PaidShare } from '../policies/paid-shares.ts';
import { ticketSeatId } from './ticket-seat-id.ts';

export const SeatType = enumOf(seatType);

registerEnumType(SeatType, {
  name: 'SeatType',
  description: 'The class of a seat, which decides its price.',
  valuesConfig: {
    GOLD: { description: 'The lowest class.' },
    DIAMOND: { description: 'The middle class.' },
    PLATINUM: { description: 'The highest class.' },
  },
});

export const TicketSeatStatus = { ACTIVE: 'ACTIVE', CANCELLED: 'CANCELLED' } as const;
type TicketSeatStatus = keyof typeof TicketSeatStatus;

registerEnumType(TicketSeatStatus, {
  name: 'TicketSeatStatus',
  description: 'Whether a seat of a ticket is cancelled.',
  valuesConfig: {
    ACTIVE: { description: 'The seat is not cancelled. Whether it admits depends on `Ticket.status` too.' },
    CANCELLED: { description: 'The seat was cancelled, alone or with its ticket.' },
  },
});

@ObjectType({
  description: 'A seat as it was sold with a ticket. It stays the same when the hall is rebuilt.',
})
export class TicketSeat {
  @Field(() => ID, {
    description: 'The id, unique across all types. The same seat sold again gets another id.',
  })
  readonly id!: string;

  @Field(() => ID, {
    description:
      'The id of this seat at this show, the same as `id` in `show.seatMap`. Two tickets share it when a cancelled seat is sold again.',
  })
  readonly showSeatId!: string;

  @Field(() => String, { description: 'The row, such as "A".' })
  readonly row!: string;

  @Field(() => String, {
    description: 'The number in the row, such as "1". A string, because seats such as "12A" exist.',
  })
  readonly number!: string;

  @Field(() => SeatType, { description: 'The class of the seat.' })
  readonly seatType!: keyof typeof SeatType;

  @Field(() => Money, { description: 'The price of the seat before discount and convenience fee.' })
  readonly price!: Money;

  @Field(() => Money, {
    description:
      "The seat's share of what was paid: its price, less its share of the discount, plus its share of the convenience fee. The shares of all seats add up to `totalAmount`.",
  })
  readonly paidAmount!: Money;

  @Field(() => TicketSeatStatus, { description: 'Whether the seat is cancelled.' })
  readonly status!: TicketSeatStatus;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the seat was cancelled (UTC). Null unless CANCELLED.',
  })
  readonly cancelledAt!: Date | null;

  @Field(() => Refund, {
    nullable: true,
    description: 'The refund of the seat, together with those cancelled with it. Null unless CANCELLED.',
    complexity: 5,
  })
  readonly refund!: Refund | null;
}

/** A seat as `ticket_seats` stores it. The price is in paise. */
export type SoldSeat = Pick<
  typeof ticketSeats.$inferSelect,
  'seatId' | 'row' | 'number' | 'seatType' | 'price' | 'cancelledAt' | 'refundId'
>;

/** The facts of a ticket that its seats show. */
export interface SeatFacts {
  ticketId: string;
  showId: string;
  /** Whether the whole ticket is cancelled. */
  isCancelled: boolean;
  /** When the whole ticket was cancelled; undefined if no selected field needs it. */
  cancelledAt: Date | null | undefined;
  /** Undefined if no selected field needs them. */
  shares: ReadonlyMap<string, PaidShare> | undefined;
  /** The refunds of the ticket, sorted by their steps; undefined if no selected field needs them. */
  refunds: readonly RefundRow[] | undefined;
}

export function toTicketSeat(
  seat: SoldSeat,
  { ticketId, showId, isCancelled, cancelledAt, shares, refunds = [] }: SeatFacts,
): TicketSeat {
  const isGone = isCancelled || seat.cancelledAt !== null;
  const refund = isGone ? refundOfSeat(seat, refunds) : undefined;
  return {
    id: ticketSeatId(ticketId, seat),
    showSeatId: `${showId}:${seat.seatId}`,
    row: seat.row,
    number: seat.number,
    seatType: seat.seatType,
    price: new Money(seat.price),
    paidAmount: new Money(shares?.get(seat.seatId)?.paid ?? 0n),
    status: isGone ? 'CANCELLED' : 'ACTIVE',
    cancelledAt: seat.cancelledAt ?? cancelledAt ?? null,
    refund: refund ? toRefund(refund) : null,
  };
}

/** Seats that were cancelled with their ticket name no refund: it is the last one. */
function refundOfSeat({ refundId }: SoldSeat, refunds: readonly RefundRow[]): RefundRow | undefined {
  if (refundId !== null) return refunds.find(({ id }) => id === refundId);
  return refunds.at(-1);
}
