import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';

export function createClient(uri: string, token: string) {
  return new ApolloClient({
    link: ApolloLink.from([
      // Optional: sends hashes in place of texts, queries by GET.
      new PersistedQueryLink({ sha256, useGETForHashedQueries: true }),
      new HttpLink({ uri, headers: { authorization: `Bearer ${token}` } }),
    ]),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { myTickets: relayStylePagination(['filter', 'orderBy']) } },
        Money: { merge: true },
        Pricing: { merge: true },
        CancellationPolicy: { merge: true },
      },
      possibleTypes: {
        CancelTicketResult: ['TicketCancelled', 'CancellationNotAllowed', 'InvalidStatus', 'QuoteChanged'],
        CancelSeatsResult: [
          'SeatsCancelled',
          'CancellationNotAllowed',
          'InvalidStatus',
          'QuoteChanged',
          'PartialNotAllowed',
          'SeatsUnavailable',
        ],
      },
    }),
  });
}

/** The code of an error that a query or mutation threw: NOT_FOUND, UNAUTHENTICATED, SERVICE_UNAVAILABLE and so on. */
export function codeOf(error: unknown): unknown {
  return CombinedGraphQLErrors.is(error) ? error.errors[0]?.extensions?.code : null;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
