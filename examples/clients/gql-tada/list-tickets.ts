import { graphql } from './graphql.ts';
import { type Connection, send } from './send.ts';

const MyTickets = graphql(`
  query MyTickets($first: Int!, $after: String) {
    myTickets(first: $first, after: $after) {
      nodes {
        id
        status
        seatNumbers
        totalAmount { amount currencyCode }
        show {
          startTime
          movie { name posterUrl }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** Goes through all tickets of the viewer, the newest booking first, a page at a time. */
export async function* listTickets(connection: Connection, pageSize: number) {
  let after: string | null = null;
  do {
    const { myTickets }: Awaited<ReturnType<typeof page>> = await page(connection, pageSize, after);
    yield* myTickets.nodes;
    after = myTickets.pageInfo.hasNextPage ? (myTickets.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
}

function page(connection: Connection, first: number, after: string | null) {
  return send(connection, MyTickets, { first, after });
}
