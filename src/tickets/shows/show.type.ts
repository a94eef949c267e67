import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../../platform/time/date-time.scalar.ts';
import { Movie } from './movie.type.ts';
import { Screen } from './screen.type.ts';
import { SeatMapSeat } from './seat-map-seat.type.ts';
import { Theater } from './theater.type.ts';

@ObjectType({ description: 'One screening of a movie.' })
export class Show {
  @Field(() => ID, { description: 'Unique over all types.' })
  readonly id!: string;

  @Field(() => Movie, { description: 'What is shown.' })
  readonly movie!: Movie;

  @Field(() => Theater, { description: 'Where it is shown.' })
  readonly theater!: Theater;

  @Field(() => Screen, { description: 'In which hall of the theater.' })
  readonly screen!: Screen;

  @Field(() => DateTimeScalar, { description: 'When it starts (UTC). A show may be moved.' })
  readonly startTime!: Date;

  @Field(() => DateTimeScalar, { description: 'When it ends (UTC).' })
  readonly endTime!: Date;

  @Field(() => [SeatMapSeat], {
    description:
      'Every place of its hall, for drawing a seat map: row by row, the front row first, A2 before A10. Large: ask for it one ticket at a time.',
    // An ordinary hall has one to two hundred places.
    complexity: ({ childComplexity }) => 5 + 150 * childComplexity,
  })
  readonly seatMap!: SeatMapSeat[];
}
