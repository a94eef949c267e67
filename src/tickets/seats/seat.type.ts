import { Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { seatType, type ticketSeats } from '../../platform/db/tables/index.ts';
import { Money } from '../../platform/money/money.type.ts';
import { seatLabel } from './seat-label.ts';

export const SeatType = enumOf(seatType);

registerEnumType(SeatType, {
  name: 'SeatType',
  description: 'The class of a seat, which sets its price.',
  valuesConfig: {
    GOLD: { description: 'The lowest class.' },
    DIAMOND: { description: 'The middle class.' },
    PLATINUM: { description: 'The highest class.' },
  },
});

@ObjectType({
  description: 'A seat as it was sold with a ticket. It never changes, whatever becomes of the hall.',
})
export class TicketSeat {
  @Field(() => ID, {
    description: 'Unique over all types: the same place sold again has another id.',
  })
  readonly id!: string;

  @Field(() => ID, {
    description: 'The place for this show. Two tickets, the first of them cancelled, can share it.',
  })
  readonly showSeatId!: string;

  @Field(() => String, { description: 'The row, such as "A".' })
  readonly row!: string;

  @Field(() => String, {
    description: 'The number in the row, such as "1". Text: halls have seats like "12A".',
  })
  readonly number!: string;

  @Field(() => SeatType, { description: 'The class of the seat.' })
  readonly seatType!: keyof typeof SeatType;

  @Field(() => Money, { description: 'What it cost, before discount and convenience fee.' })
  readonly price!: Money;
}

/** A seat as its ticket's row has it. */
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
