import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { toClientError } from '../../platform/errors/mask-error.ts';
import { cutMiddle } from '../../platform/text/plain-text.ts';

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** UTF-16 units. Messages of graphql-js contain the wrong value, however large it is. */
const LONGEST_MESSAGE = 1_000;

/** Apollo's message tells how to configure the server. */
const NO_INTROSPECTION =
  'Introspection is switched off on this server. Take the schema from schema.graphql, or ask a server in development.';

/**
 * Creates the function that formats errors for clients.
 *
 * @param suggests whether messages keep "Did you mean ...?"
 */
export function createErrorFormat(log: Logger, suggests: boolean): FormatError {
  return (formatted, error) => {
    const { message: text, extensions } = toClientError(error, log);
    const isIntrospection = extensions.validationErrorCode === 'INTROSPECTION_DISABLED';
    const message = isIntrospection ? NO_INTROSPECTION : text;
    // Apollo's instructions for the HTTP status are not for clients.
    const { http: _, ...facts } = extensions;
    return {
      ...formatted,
      message: cutMiddle(suggests ? message : withoutSuggestion(message), LONGEST_MESSAGE),
      extensions: facts,
    };
  };
}

/** Suggestions would reveal the names of the schema. (Apollo's option for this misses errors in variables.) */
function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?$/, '');
}
