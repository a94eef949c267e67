import { Link } from 'wouter';
import { CancelTerms } from '../cancel/cancel-terms.tsx';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatMoney } from '../text/money.ts';
import { Poster } from '../text/poster.tsx';
import { seatNames } from '../text/seat-names.tsx';
import { StatusBadge } from '../text/status-badge.tsx';
import { formatMoment } from '../text/times.ts';

const TicketCardFragment = graphql(`
  fragment TicketCard on Ticket {
    id
    status
    timing
    seats {
      id
      row
      number
      status
    }
    canCancel
    totalAmount {
      amount
      currencyCode
    }
    show {
      id
      startTime
      utcOffsets {
        from
        minutes
      }
      movie {
        id
        name
        posterUrl
      }
      theater {
        id
        name
        city
        timeZone
      }
    }
    ...CancelTerms
  }
`);

interface Props {
  ticket: FragmentType<typeof TicketCardFragment>;
  onCancel(ticketId: string): void;
}

/** "Today 6 PM - A1, A2 - ₹370 [Cancel]" */
export function TicketCard({ ticket: masked, onCancel }: Props) {
  const ticket = readFragment(TicketCardFragment, masked);
  const { movie, theater, startTime } = ticket.show;
  const isOver = ticket.timing === 'PAST' || ticket.status === 'CANCELLED' || ticket.status === 'EXPIRED';
  const { seats } = ticket;
  const left = seats.filter(({ status }) => status === 'ACTIVE');
  const isPartly = left.length > 0 && left.length < seats.length;
  return (
    <li className={isOver ? 'card faded' : 'card'}>
      <Poster url={movie.posterUrl} name={movie.name} />
      <div className="card-text">
        <h2>
          <Link href={`/tickets/${ticket.id}`}>{movie.name}</Link>
        </h2>
        <p className="when">
          <time dateTime={startTime}>{formatMoment(startTime, ticket.show)}</time>
        </p>
        <p className="muted">
          {theater.name}, {theater.city}
        </p>
        <p>
          <span className="seats">{seatNames(isPartly ? left : seats)}</span>
          <span aria-hidden="true"> · </span>
          {formatMoney(ticket.totalAmount)}
          {isPartly && ` for ${seats.length} seats`}
        </p>
        {isPartly && (
          <p>
            {seats.length - left.length} of {seats.length} seats cancelled
          </p>
        )}
        {ticket.timing !== 'PAST' && (
          <p className="muted">
            <CancelTerms ticket={ticket} />
          </p>
        )}
      </div>
      <div className="card-end">
        <StatusBadge status={ticket.status} timing={ticket.timing} />
        {ticket.canCancel && (
          <button type="button" onClick={() => onCancel(ticket.id)} aria-label={`Cancel ${movie.name}`}>
            Cancel
          </button>
        )}
      </div>
    </li>
  );
}
