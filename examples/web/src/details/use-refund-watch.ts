import { useApolloClient } from '@apollo/client/react';
import { useEffect } from 'react';
import { graphql } from '../generated/index.ts';

const RefundWatchQuery = graphql(`
  query RefundWatch($id: ID!) {
    ticket(id: $id) {
      id
      payment {
        id
        status
        refundAmount {
          amount
          currencyCode
        }
      }
      ...RefundPanel
      ...Timeline
    }
  }
`);

/** Milliseconds. A refund may take days: who leaves the page open asks less and less often. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 60_000;

/** Asks how the refund stands until it is final; not while nobody looks. The answers go into the cache. */
export function useRefundWatch(ticketId: string, isOpen: boolean): void {
  const client = useApolloClient();
  useEffect(() => {
    if (!isOpen) return;
    let wait = FIRST_WAIT;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const ask = async () => {
      timer = undefined;
      if (document.hidden || isOver) return;
      await client
        .query({ query: RefundWatchQuery, variables: { id: ticketId }, fetchPolicy: 'network-only' })
        // The next one may get through.
        .catch(() => {});
      wait = Math.min(wait * 1.5, LONGEST_WAIT);
      schedule();
    };
    const schedule = () => {
      clearTimeout(timer);
      if (!isOver) timer = setTimeout(ask, wait);
    };
    const look = () => {
      if (document.hidden || timer !== undefined) return;
      wait = FIRST_WAIT;
      schedule();
    };
    schedule();
    document.addEventListener('visibilitychange', look);
    return () => {
      isOver = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, [client, ticketId, isOpen]);
}
