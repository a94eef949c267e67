import { useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { Link } from 'wouter';
import { errorCode } from '../api/errors.ts';
import { CancelDialog } from '../cancel/cancel-dialog.tsx';
import { CancelTerms } from '../cancel/cancel-terms.tsx';
import { graphql } from '../generated/index.ts';
import { Notice } from '../text/notice.tsx';
import { Poster } from '../text/poster.tsx';
import { SeatNames } from '../text/seat-names.tsx';
import { StatusBadge } from '../text/status-badge.tsx';
import { formatDay, formatDuration, formatTime, zoneBeside } from '../text/times.ts';
import { usePageTitle } from '../text/use-page-title.ts';
import { PaymentPanel } from './payment-panel.tsx';
import { RefundPanels } from './refund-panel.tsx';
import { SeatMap } from './seat-map.tsx';
import { Timeline } from './timeline.tsx';

const TicketPageQuery = graphql(`
  query TicketPage($id: ID!) {
    ticket(id: $id) {
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
      qrCode
      show {
        id
        startTime
        endTime
        utcOffsets {
          from
          minutes
        }
        movie {
          id
          name
          posterUrl
          duration
          rating
        }
        theater {
          id
          name
          address
          timeZone
        }
        screen {
          id
          name
        }
      }
      ...CancelTerms
      ...SeatMap
      ...PaymentPanel
      ...RefundPanel
      ...Timeline
    }
  }
`);

/** Milliseconds. */
const READ_AGAIN_AFTER = 30_000;

export function TicketPage({ id }: { id: string }) {
  const [isCancelling, setCancelling] = useState(false);
  const { data, error, refetch, client } = useQuery(TicketPageQuery, {
    variables: { id },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  });
  const ticket = data?.ticket;
  const heading = usePageTitle(ticket?.show.movie.name ?? 'Ticket');

  // A hold ends or is paid, the deadline passes, the show starts: the page must not go on as if it had not.
  const mayChange =
    ticket?.status === 'PENDING_PAYMENT' || (ticket?.status === 'CONFIRMED' && ticket.timing !== 'PAST');
  useEffect(() => {
    if (!mayChange) return;
    const timer = setInterval(() => {
      if (document.hidden) return;
      // Without a connection, what is known stays on the page, the QR code above all.
      client
        .query({ query: TicketPageQuery, variables: { id }, fetchPolicy: 'network-only' })
        .catch(() => {});
    }, READ_AGAIN_AFTER);
    return () => clearInterval(timer);
  }, [client, id, mayChange]);

  if (!ticket) {
    return (
      <>
        <BackLink />
        <h1 ref={heading} tabIndex={-1} className="hidden">
          Ticket
        </h1>
        {!error ? (
          <p role="status">Loading…</p>
        ) : errorCode(error) === 'NOT_FOUND' ? (
          <Notice title="We cannot find this ticket" alert>
            <p>Check the link, or sign in as the person who booked it.</p>
          </Notice>
        ) : (
          <Notice title="We cannot load this ticket" alert>
            <p>Check your internet connection, or try again in a minute.</p>
            <button type="button" className="primary" onClick={() => void refetch().catch(() => {})}>
              Try again
            </button>
          </Notice>
        )}
      </>
    );
  }

  const { show } = ticket;
  const { movie, theater, screen, startTime, endTime } = show;
  const close = (hasCancelled: boolean) => {
    setCancelling(false);
    if (hasCancelled) client.cache.evict({ fieldName: 'myTickets' });
  };
  return (
    <>
      <BackLink />
      <article className="ticket">
        <header className="stub">
          <Poster url={movie.posterUrl} name={movie.name} />
          <div>
            <StatusBadge status={ticket.status} timing={ticket.timing} />
            <h1 ref={heading} tabIndex={-1}>
              {movie.name}
            </h1>
            <p className="muted">
              {formatDuration(movie.duration)}
              {movie.rating != null && ` · Rated ${movie.rating} out of 10`}
            </p>
            <p className="when">
              <time
                dateTime={startTime}
              >{`${formatDay(startTime, show)}, ${formatTime(startTime, show)}`}</time>
              {' – '}
              <time dateTime={endTime}>{formatTime(endTime, show)}</time>
              {zoneBeside(startTime, show)}
            </p>
            <p>
              {theater.name}, {screen.name}
            </p>
            <p className="muted">{theater.address}</p>
            <p>
              <SeatNames seats={ticket.seats} />
            </p>
          </div>
          {ticket.qrCode && ticket.timing !== 'PAST' && (
            <figure className="qr">
              <img src={ticket.qrCode} alt={`QR code of ticket ${ticket.id}, to show at the door`} />
              <figcaption>{ticket.id}</figcaption>
            </figure>
          )}
        </header>
        <section className="line">
          <p>
            <CancelTerms ticket={ticket} />
          </p>
          {ticket.canCancel && (
            <button type="button" className="danger" onClick={() => setCancelling(true)}>
              Cancel booking
            </button>
          )}
        </section>
        <RefundPanels ticket={ticket} />
        <div className="panels">
          <SeatMap ticket={ticket} />
          <PaymentPanel ticket={ticket} />
          <Timeline ticket={ticket} />
        </div>
      </article>
      {isCancelling && <CancelDialog ticketId={id} onClose={close} />}
    </>
  );
}

function BackLink() {
  return (
    <nav aria-label="Back">
      <Link href="/" className="back">
        <span aria-hidden="true">← </span>All bookings
      </Link>
    </nav>
  );
}
