import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

/**
 * GraphiQL as one page that needs nothing else from the network.
 *
 * @param token sent with every request from the page, unless the reader changes it there
 */
export function graphiqlPage(token: string | null): string {
  return renderGraphiQL({
    title: 'Usher GraphiQL',
    endpoint: '/graphql',
    ...(token ? { headers: JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) } : {}),
  });
}
