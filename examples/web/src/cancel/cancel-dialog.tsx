import { useEffect, useId, useRef } from 'react';
import { formatMoney } from '../text/money.ts';
import { formatMoment, formatMomentWithin } from '../text/times.ts';
import { Confirmation } from './confirmation.tsx';
import { Dialog } from './dialog.tsx';
import { QuoteSums } from './quote-sums.tsx';
import { useCancellation } from './use-cancellation.ts';

interface Props {
  ticketId: string;
  /** @param hasCancelled whether the ticket may be cancelled now */
  onClose(hasCancelled: boolean): void;
}

/** Shows what cancelling gives, asks, cancels at that price only, and says what came of it. */
export function CancelDialog({ ticketId, onClose }: Props) {
  const titleId = useId();
  const { stage, ticket, send, retry } = useCancellation(ticketId);
  const close = () => onClose(stage.at === 'cancelled' || stage.at === 'unknown' || stage.at === 'refused');
  const body = useRef<HTMLDivElement>(null);
  const timeZone = ticket?.show.theater.timeZone ?? 'UTC';

  // A button that was pressed may be gone: what has come instead is next.
  useEffect(() => {
    if (stage.at !== 'loading' && stage.at !== 'sending') body.current?.focus();
  }, [stage.at]);

  return (
    <Dialog labelledBy={titleId} canClose={stage.at !== 'sending'} onClose={close}>
      <h2 id={titleId}>{stage.at === 'cancelled' ? 'Booking cancelled' : 'Cancel booking?'}</h2>
      {ticket && (
        <p className="muted">
          {ticket.show.movie.name}, {formatMoment(ticket.show.startTime, timeZone)},{' '}
          {ticket.seatNumbers.join(', ')}
        </p>
      )}
      <div ref={body} tabIndex={-1} aria-live="polite" className="dialog-body">
        {stage.at === 'loading' && <p>Asking what you get back …</p>}
        {stage.at === 'unreachable' && <p>The refund cannot be found out. Check the connection.</p>}
        {(stage.at === 'asking' || stage.at === 'sending') && (
          <>
            {stage.at === 'asking' && stage.isNew && (
              <p className="callout warn">
                The refund has changed. Nothing was cancelled. Please look again.
              </p>
            )}
            <p className="fee">{formatMoney(stage.quote.cancellationFee)} fee applies</p>
            <QuoteSums quote={stage.quote} />
            <p className="muted">
              Back to where you paid from, within {stage.quote.refundEta}. This holds until{' '}
              {formatMomentWithin(stage.quote.validUntil, timeZone)}.
            </p>
          </>
        )}
        {stage.at === 'unknown' && (
          <p className="callout warn">
            The connection was lost before the answer came. The booking may be cancelled already. Trying again
            is safe: it is cancelled once, and you get {formatMoney(stage.quote.refundAmount)}.
          </p>
        )}
        {stage.at === 'limited' && (
          <p className="callout warn">
            You have tried too often. Try again after{' '}
            {formatMomentWithin(stage.until.toISOString(), timeZone)}.
          </p>
        )}
        {stage.at === 'refused' && (
          <p className="callout bad">
            {stage.message}
            {stage.deadline && ` It was possible until ${formatMomentWithin(stage.deadline, timeZone)}.`}
          </p>
        )}
        {stage.at === 'cancelled' && <Confirmation ticketId={ticketId} />}
      </div>
      <div className="actions">
        <button type="button" disabled={stage.at === 'sending'} onClick={close}>
          {stage.at === 'asking' || stage.at === 'sending' || stage.at === 'loading'
            ? 'Keep booking'
            : 'Close'}
        </button>
        {stage.at === 'unreachable' && (
          <button type="button" className="primary" onClick={retry}>
            Try again
          </button>
        )}
        {(stage.at === 'asking' || stage.at === 'sending') && (
          <button
            type="button"
            className="danger"
            aria-disabled={stage.at === 'sending'}
            onClick={() => stage.at === 'asking' && void send(stage.quote)}
          >
            {stage.at === 'sending' ? 'Cancelling …' : 'Cancel booking'}
          </button>
        )}
        {stage.at === 'unknown' && (
          <button type="button" className="primary" onClick={() => void send(stage.quote)}>
            Try again
          </button>
        )}
      </div>
    </Dialog>
  );
}
