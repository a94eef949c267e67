import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/** The stable `extensions.code` of what went wrong; null when no answer came, or none of GraphQL's. */
export function errorCode(error: unknown): string | null {
  if (!CombinedGraphQLErrors.is(error)) return null;
  return String(error.errors[0]?.extensions?.code ?? '');
}

export function retryAfterSeconds(error: unknown): number | null {
  if (!CombinedGraphQLErrors.is(error)) return null;
  const seconds = error.errors[0]?.extensions?.retryAfterSeconds;
  return typeof seconds === 'number' ? seconds : null;
}

export function isSignedOut(error: unknown): boolean {
  return (ServerError.is(error) && error.statusCode === 401) || errorCode(error) === 'UNAUTHENTICATED';
}
