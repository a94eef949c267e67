import {
  createOperationDescriptor,
  type Environment,
  fetchQuery,
  getFragment,
  getRequest,
  getSingularSelector,
  graphql,
} from 'relay-runtime';
import type { ListTickets_query$data } from './generated/ListTickets_query.graphql.ts';
import MoreQuery, { type ListTicketsMoreQuery } from './generated/ListTicketsMoreQuery.graphql.ts';
import type { ListTicketsQuery } from './generated/ListTicketsQuery.graphql.ts';

const Query = graphql`
  query ListTicketsQuery($count: Int!) {
    ...ListTickets_query @arguments(count: $count)
  }
`;

/** What a component would hand to usePaginationFragment. */
const Fragment = graphql`
  fragment ListTickets_query on Query
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" })
  @refetchable(queryName: "ListTicketsMoreQuery") {
    myTickets(first: $count, after: $cursor) @connection(key: "ListTickets_myTickets") {
      edges {
        node {
          id
          status
          seatNumbers
          totalAmount { amount }
          show { movie { name } }
        }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

type Connection = ListTickets_query$data['myTickets'];

/**
 * All tickets of the viewer, the newest booking first. Relay appends every page to the connection in its store; in
 * a component usePaginationFragment does what stands here.
 */
export async function listTickets(environment: Environment, pageSize: number): Promise<Connection['edges']> {
  const first = { count: pageSize };
  const root = await fetchQuery<ListTicketsQuery>(environment, Query, first).toPromise();
  const kept = environment.retain(createOperationDescriptor(getRequest(Query), first));
  try {
    let connection = readConnection(environment, root);
    while (connection.pageInfo.hasNextPage) {
      const next = { count: pageSize, cursor: connection.pageInfo.endCursor ?? null };
      await fetchQuery<ListTicketsMoreQuery>(environment, MoreQuery, next).toPromise();
      connection = readConnection(environment, root);
    }
    return connection.edges;
  } finally {
    kept.dispose();
  }
}

function readConnection(environment: Environment, root: unknown): Connection {
  const selector = getSingularSelector(getFragment(Fragment), root);
  if (!selector) throw new Error('The fragment was not spread in the query.');
  return (environment.lookup(selector).data as ListTickets_query$data).myTickets;
}
