import { GraphQLError } from 'graphql';

/** Every error that an answer can carry outside the outcomes of a mutation, with a message safe to show. */
export const ERROR_MESSAGES = {
  UNAUTHENTICATED: 'Sign in to see this: send "Authorization: Bearer <token>".',
  NOT_FOUND: 'There is no such ticket of yours.',
  RATE_LIMITED: 'Too many cancellations in the last hour. Try again later.',
  BAD_USER_INPUT: 'The input is not valid.',
  SERVICE_UNAVAILABLE: 'The service is busy or restarting. Try again in a moment.',
  INTERNAL_SERVER_ERROR: 'Something went wrong on our side.',
} as const;

export type ErrorCode = keyof typeof ERROR_MESSAGES;

/** Facts that go with a code, in `extensions`. */
interface ErrorFacts {
  message?: string;
  retryAfterSeconds?: number;
  errorId?: string;
}

/** An error that is meant for the client: its code is stable, its message safe to show. */
export class UsherError extends GraphQLError {
  constructor(code: ErrorCode, { message, ...facts }: ErrorFacts = {}) {
    super(message ?? ERROR_MESSAGES[code], { extensions: { code, ...facts } });
    this.name = 'UsherError';
  }
}
