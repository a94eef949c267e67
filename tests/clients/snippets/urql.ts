import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { Client, type CombinedError, fetchExchange } from 'urql';

const embedded = () => null;

/** @param schema the answer to an introspection query, as `getIntrospectedSchema` of @urql/introspection minifies it */
export function createClient(url: string, token: string, schema: object) {
  return new Client({
    url,
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    exchanges: [
      cacheExchange({
        schema: schema as never,
        keys: {
          Money: embedded,
          Pricing: embedded,
          CancellationPolicy: embedded,
          CancellationTier: embedded,
          CancellationQuote: embedded,
          TicketEvent: embedded,
          UtcOffset: embedded,
        },
        resolvers: { Query: { myTickets: relayPagination() } },
      }),
      // Optional: sends hashes in place of texts.
      persistedExchange(),
      fetchExchange,
    ],
  });
}

/** The code of an error: NOT_FOUND, UNAUTHENTICATED, SERVICE_UNAVAILABLE and so on. */
export function codeOf(error: CombinedError | undefined): unknown {
  return error?.graphQLErrors[0]?.extensions.code;
}
