import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { seatType, type ticketSeats } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { seatLabel } from './seat-label.ts';

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
}

/** A seat as `ticket_seats` stores it. The price is in paise. */
export type SoldSeat = Pick<
  typeof ticketSeats.$inferSelect,
  'seatId' | 'row' | 'number' | 'seatType' | 'price'
>;

export function toTicketSeat(seat: SoldSeat, ticketId: string, showId: string): TicketSeat {
  return {
    id: `${ticketId}:${seatLabel(seat)}`,
    showSeatId: `${showId}:${seat.seatId}`,
    row: seat.row,
    number: seat.number,
    seatType: seat.seatType,
    price: new Money(seat.price),
  };
}
