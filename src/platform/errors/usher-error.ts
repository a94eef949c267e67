import { GraphQLError } from 'graphql';

/** The code and default message of every error that clients can get, except the outcomes of mutations. */
export const ERROR_MESSAGES = {
  UNAUTHENTICATED: 'Sign in to see this: send "Authorization: Bearer <token>".',
  NOT_FOUND: 'There is no such ticket of yours.',
  RATE_LIMITED: 'Too many cancellations in the last hour. Try again later.',
  BAD_USER_INPUT: 'The input is not valid.',
  SERVICE_UNAVAILABLE: 'The service is busy or restarting. Try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side.',
} as const;

export type ErrorCode = keyof typeof ERROR_MESSAGES;

/** `message` replaces the default one; the other facts are added to `extensions`. */
interface ErrorFacts {
  message?: string;
  retryAfterSeconds?: number;
  errorId?: string;
}

/** An error for the client. Its code is stable and its message is safe to show. */
export class UsherError extends GraphQLError {
  constructor(code: ErrorCode, { message, ...facts }: ErrorFacts = {}) {
    super(message ?? ERROR_MESSAGES[code], { extensions: { code, ...facts } });
    this.name = 'UsherError';
  }
}
