import { Field, ID, ObjectType } from 'type-graphql';
import { SeatType } from '../seats/seat.type.ts';

@ObjectType({
  description:
    "A seat in a show's hall. It does not say whether the seat is sold. The seats of a ticket are in `Ticket.seats`.",
})
export class SeatMapSeat {
  @Field(() => ID, {
    description:
      "The id of this seat at this show. It equals `showSeatId` of a ticket's seat: match the two to mark the ticket's seats.",
  })
  readonly id!: string;

  @Field(() => String, { description: 'The row, such as "A".' })
  readonly row!: string;

  @Field(() => String, {
    description: 'The number in the row, such as "1". A string, because seats such as "12A" exist.',
  })
  readonly number!: string;

  @Field(() => SeatType, { description: 'The class of the seat.' })
  readonly seatType!: keyof typeof SeatType;
}
