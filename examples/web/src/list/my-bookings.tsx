import { useApolloClient, useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { CancelDialog } from '../cancel/cancel-dialog.tsx';
import { graphql } from '../generated/index.ts';
import { Notice } from '../text/notice.tsx';
import { usePageTitle } from '../text/use-page-title.ts';
import { FilterBar } from './filters.tsx';
import { ShowMore } from './show-more.tsx';
import { TicketCard } from './ticket-card.tsx';
import { useFilters } from './use-filters.ts';

const MyBookingsQuery = graphql(`
  query MyBookings($first: Int!, $after: String, $filter: TicketFilter, $orderBy: TicketOrder) {
    myTickets(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      totalCountIsExact
      edges {
        cursor
        node {
          id
          ...TicketCard
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const PAGE_SIZE = 10;

export function MyBookings() {
  const heading = usePageTitle('My bookings');
  const { cache } = useApolloClient();
  const [filters, setFilters] = useFilters();
  const [cancelling, setCancelling] = useState<string | null>(null);
  const { data, previousData, error, fetchMore, refetch } = useQuery(MyBookingsQuery, {
    variables: {
      first: PAGE_SIZE,
      filter: { timing: filters.timing, status: filters.status && [filters.status] },
      // What comes next comes first; of all others the newest booking.
      orderBy: filters.timing === 'UPCOMING' ? { field: 'SHOW_TIME', direction: 'ASC' } : null,
    },
  });
  const list = (data ?? (error ? undefined : previousData))?.myTickets;

  const closeDialog = (hasCancelled: boolean) => {
    setCancelling(null);
    // Other lists may have it or not have it now: they are read anew.
    if (hasCancelled) cache.evict({ fieldName: 'myTickets' });
  };

  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        My bookings
      </h1>
      <FilterBar filters={filters} onChange={setFilters} />
      <p role="status" className="muted count">
        {list ? countOf(list) : error ? '' : 'Loading…'}
      </p>
      {list ? (
        <>
          {list.edges.length === 0 && (
            <Notice title={filters.timing || filters.status ? 'No matching bookings' : 'No bookings yet'}>
              <p>
                {filters.timing || filters.status
                  ? 'Choose another filter to see more.'
                  : 'When you book a movie, your ticket appears here.'}
              </p>
            </Notice>
          )}
          <ul className="cards" aria-busy={data === undefined}>
            {list.edges.map(({ node }) => (
              <TicketCard key={node.id} ticket={node} onCancel={setCancelling} />
            ))}
          </ul>
          {list.pageInfo.hasNextPage && (
            <ShowMore
              key={list.pageInfo.endCursor}
              load={() => fetchMore({ variables: { after: list.pageInfo.endCursor } })}
            />
          )}
        </>
      ) : error ? (
        <Notice title="We cannot load your bookings" alert>
          <p>Check your internet connection, or try again in a minute.</p>
          <button type="button" className="primary" onClick={() => void refetch().catch(() => {})}>
            Try again
          </button>
        </Notice>
      ) : (
        <Skeleton />
      )}
      {cancelling && <CancelDialog ticketId={cancelling} onClose={closeDialog} />}
    </>
  );
}

function countOf({
  totalCount,
  totalCountIsExact,
}: {
  totalCount: number;
  totalCountIsExact: boolean;
}): string {
  const count = totalCount.toLocaleString('en-IN');
  if (!totalCountIsExact) return `More than ${count} bookings`;
  return totalCount === 1 ? '1 booking' : `${count} bookings`;
}

function Skeleton() {
  return (
    <ul className="cards" aria-hidden="true">
      {[1, 2, 3].map((n) => (
        <li key={n} className="card skeleton" />
      ))}
    </ul>
  );
}
