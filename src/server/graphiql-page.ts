import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

const FIRST_QUERY = `# Your tickets. Ctrl-Enter runs this; Ctrl-Space proposes fields.
{
  myTickets(first: 5) {
    nodes {
      id
      status
      show {
        movie { name }
        startTime
      }
      seatNumbers
      totalAmount { amount }
      canCancel
    }
  }
}
`;

/**
 * GraphiQL as one page that needs nothing else from the network.
 *
 * @param token sent with every request from the page, unless the reader changes it there
 */
export function graphiqlPage(token: string | null): string {
  return renderGraphiQL({
    title: 'Usher GraphiQL',
    endpoint: '/graphql',
    defaultQuery: FIRST_QUERY,
    ...(token ? { headers: JSON.stringify({ authorization: `Bearer ${token}` }, null, 2) } : {}),
  });
}
