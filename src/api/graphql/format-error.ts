import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { toClientError } from '../../platform/errors/mask-error.ts';
import { cutMiddle } from '../../platform/text/plain-text.ts';

export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/** Messages of graphql-js print what they are about, however large it is. */
const LONGEST_MESSAGE = 1_000;

/** Apollo's own tells clients how to program the server. */
const NO_INTROSPECTION =
  'Introspection is switched off on this server. Take the schema from schema.graphql, or ask a server in development.';

/**
 * Makes the function that writes errors into answers.
 *
 * @param suggests whether a message may guess what was meant
 */
export function createErrorFormat(log: Logger, suggests: boolean): FormatError {
  return (formatted, error) => {
    const { message: text, extensions } = toClientError(error, log);
    const isIntrospection = extensions.validationErrorCode === 'INTROSPECTION_DISABLED';
    const message = isIntrospection ? NO_INTROSPECTION : text;
    // How Apollo answers over HTTP is no business of the client's.
    const { http: _, ...facts } = extensions;
    return {
      ...formatted,
      message: cutMiddle(suggests ? message : withoutSuggestion(message), LONGEST_MESSAGE),
      extensions: facts,
    };
  };
}

/** Guesses would tell the schema name by name. (Apollo's own option forgets the errors of variables.) */
function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?$/, '');
}
