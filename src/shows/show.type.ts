import { Field, ID, ObjectType } from 'type-graphql';
import { DateTimeScalar } from '../time/date-time.scalar.ts';
import { Movie } from './movie.type.ts';
import { Screen } from './screen.type.ts';
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
}
