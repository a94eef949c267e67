import { Field, ID, ObjectType } from 'type-graphql';
import { SeatType } from '../seats/seat.type.ts';

@ObjectType({
  description:
    "A place of a show's hall, sold or not: whether somebody has it is not told. Those of a ticket are in its `seats`.",
})
export class SeatMapSeat {
  @Field(() => ID, {
    description: "The place for this show, the same as a ticket's `seats.showSeatId`: match them by it.",
  })
  readonly id!: string;

  @Field(() => String, { description: 'The row, such as "A". Rows come in order, the front row first.' })
  readonly row!: string;

  @Field(() => String, {
    description: 'The number in the row, such as "1". Text: halls have seats like "12A".',
  })
  readonly number!: string;

  @Field(() => SeatType, { description: 'The class of the seat.' })
  readonly seatType!: keyof typeof SeatType;
}
