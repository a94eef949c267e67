import { useSearchParams } from 'wouter';
import type { TicketStatus, TicketTiming } from '../generated/graphql.ts';
import type { Filters } from './filters.tsx';

const TIMINGS: readonly string[] = ['UPCOMING', 'PAST'] satisfies TicketTiming[];
const STATUSES: readonly string[] = [
  'CONFIRMED',
  'PENDING_PAYMENT',
  'CANCELLED',
  'EXPIRED',
] satisfies TicketStatus[];

/** The filters stand in the address, so that they survive a reload and the way back from a ticket. */
export function useFilters(): [Filters, (filters: Filters) => void] {
  const [search, setSearch] = useSearchParams();
  const [timing, status] = [search.get('when'), search.get('status')];
  const filters: Filters = {
    timing: timing && TIMINGS.includes(timing) ? (timing as TicketTiming) : null,
    status: status && STATUSES.includes(status) ? (status as TicketStatus) : null,
  };
  const change = ({ timing, status }: Filters) =>
    setSearch({ ...(timing && { when: timing }), ...(status && { status }) }, { replace: true });
  return [filters, change];
}
