import type { TicketStatus, TicketTiming } from '../generated/graphql.ts';

export interface Filters {
  timing: TicketTiming | null;
  status: TicketStatus | null;
}

const TIMINGS: [TicketTiming | null, string][] = [
  [null, 'All'],
  ['UPCOMING', 'Upcoming'],
  ['PAST', 'Past'],
];

const STATUSES: [TicketStatus, string][] = [
  ['CONFIRMED', 'Confirmed'],
  ['PENDING_PAYMENT', 'Waiting for payment'],
  ['CANCELLED', 'Cancelled'],
  ['EXPIRED', 'Not paid in time'],
];

export function FilterBar({ filters, onChange }: { filters: Filters; onChange(filters: Filters): void }) {
  return (
    <form className="filters" aria-label="Filter bookings">
      <fieldset className="segments">
        <legend className="hidden">When</legend>
        {TIMINGS.map(([timing, label]) => (
          <label key={label}>
            <input
              type="radio"
              name="timing"
              checked={filters.timing === timing}
              onChange={() => onChange({ ...filters, timing })}
            />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <label className="select">
        <span className="hidden">Status</span>
        <select
          value={filters.status ?? ''}
          onChange={({ target }) =>
            onChange({ ...filters, status: (target.value || null) as TicketStatus | null })
          }
        >
          <option value="">Any status</option>
          {STATUSES.map(([status, label]) => (
            <option key={status} value={status}>
              {label}
            </option>
          ))}
        </select>
      </label>
    </form>
  );
}
