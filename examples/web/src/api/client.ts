import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { relayStylePagination } from '@apollo/client/utilities';
import { isSignedOut } from './errors.ts';

/**
 * @param token sent with every request
 * @param onSignedOut called when the API no longer takes the token
 */
export function createClient(token: string, onSignedOut: () => void): ApolloClient {
  return new ApolloClient({
    link: ApolloLink.from([
      new ErrorLink(({ error }) => {
        if (isSignedOut(error)) onSignedOut();
      }),
      new HttpLink({ uri: '/graphql', headers: { authorization: `Bearer ${token}` } }),
    ]),
    cache: new InMemoryCache({
      typePolicies: {
        Query: {
          fields: {
            // Each filter and order is a list of its own, to which pages are added.
            myTickets: relayStylePagination(['filter', 'orderBy']),
            // A ticket that the list has read is there when its page opens.
            ticket: {
              read: (known, { args, toReference }) =>
                known === undefined ? toReference({ __typename: 'Ticket', id: args?.id }) : known,
            },
          },
        },
        Pricing: { merge: true },
        CancellationQuote: { merge: true },
      },
    }),
  });
}
