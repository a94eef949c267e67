import { GraphQLScalarType } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';
import { formatInstant } from './format-instant.ts';

/** The DateTime of graphql-scalars, printed by us. */
export const DateTimeScalar = new GraphQLScalarType<Date, string>({
  ...GraphQLDateTime.toConfig(),
  serialize: (value) => {
    if (!(value instanceof Date)) throw new TypeError('DateTime serializes a Date');
    return formatInstant(value);
  },
});
