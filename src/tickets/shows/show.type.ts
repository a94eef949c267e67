import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { UtcOffset } from '../../platform/time/utc-offset.type.ts';
import { Movie } from './movie.type.ts';
import { Screen } from './screen.type.ts';
import { SeatMapSeat } from './seat-map-seat.type.ts';
import { Theater } from './theater.type.ts';

@ObjectType({ description: 'One screening of a movie.' })
export class Show {
  @Field(() => ID, { description: 'The id, unique across all types.' })
  readonly id!: string;

  @Field(() => Movie, { description: 'The movie.' })
  readonly movie!: Movie;

  @Field(() => Theater, { description: 'The theater.' })
  readonly theater!: Theater;

  @Field(() => Screen, { description: 'The hall of the theater.' })
  readonly screen!: Screen;

  @Field(() => DateTimeScalar, {
    description: 'When the show starts (UTC). It can change. Display it in the local time of `utcOffsets`.',
  })
  readonly startTime!: Date;

  @Field(() => DateTimeScalar, {
    description: 'When the show ends (UTC). It can change. Display it in the local time of `utcOffsets`.',
  })
  readonly endTime!: Date;

  @Field(() => [UtcOffset], {
    description:
      "The offsets of the theater's clocks from UTC, oldest first, from a year before the start to a year after: often a single one. Display every time of a ticket with the last entry whose `from` is not after it. Mails use the same. A device's own time zone data may be older and differ.",
    complexity: ({ childComplexity }) => 1 + 3 * childComplexity,
  })
  readonly utcOffsets!: readonly UtcOffset[];

  @Field(() => [SeatMapSeat], {
    description:
      'Every seat of the hall, for drawing a seat map: row by row, front row first, A2 before A10. It is large: query it for one ticket, not for lists.',
    // A typical hall has 100 to 200 seats.
    complexity: ({ childComplexity }) => 5 + 150 * childComplexity,
  })
  readonly seatMap!: SeatMapSeat[];
}
