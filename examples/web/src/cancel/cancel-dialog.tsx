import { useEffect, useId, useRef } from 'react';
import { formatMoney, isNothing } from '../text/money.ts';
import { formatEta, formatMomentWithin, UTC } from '../text/times.ts';
import { CancelTerms } from './cancel-terms.tsx';
import { Confirmation } from './confirmation.tsx';
import { Dialog } from './dialog.tsx';
import { QuoteSums } from './quote-sums.tsx';
import { type Stage, useCancellation } from './use-cancellation.ts';

interface Props {
  ticketId: string;
  /** @param hasCancelled whether the ticket may be cancelled now */
  onClose(hasCancelled: boolean): void;
}

const TITLES: Partial<Record<Stage['at'], string>> = {
  cancelled: 'Booking cancelled',
  refused: 'You cannot cancel this booking now',
};

/** Shows what cancelling gives, asks, cancels at that price only, and says what came of it. */
export function CancelDialog({ ticketId, onClose }: Props) {
  const titleId = useId();
  const { stage, ticket, send, retry } = useCancellation(ticketId);
  const close = () => onClose(stage.at === 'cancelled' || stage.at === 'unknown' || stage.at === 'refused');
  const body = useRef<HTMLDivElement>(null);
  const clock = ticket?.show ?? UTC;

  // A button that was pressed may be gone: what has come instead is next.
  useEffect(() => {
    if (stage.at !== 'loading' && stage.at !== 'sending') body.current?.focus();
  }, [stage.at]);

  return (
    <Dialog labelledBy={titleId} canClose={stage.at !== 'sending'} onClose={close}>
      <h2 id={titleId}>{TITLES[stage.at] ?? 'Cancel booking?'}</h2>
      {ticket && (
        <p className="muted">
          {ticket.show.movie.name}, {formatMomentWithin(ticket.show.startTime, clock)},{' '}
          {ticket.seatNumbers.join(', ')}
        </p>
      )}
      <div ref={body} tabIndex={-1} aria-live="polite" className="dialog-body">
        {stage.at === 'loading' && <p>Working out your refund…</p>}
        {stage.at === 'unreachable' && (
          <p>We cannot work out your refund. Check your internet connection, or try again in a minute.</p>
        )}
        {(stage.at === 'asking' || stage.at === 'sending') && (
          <>
            {stage.at === 'asking' && stage.isNew && (
              <p className="callout warn">
                Your refund has changed. Nothing is cancelled yet. Please check the new amount.
              </p>
            )}
            <p className="fee">{formatMoney(stage.quote.cancellationFee)} fee applies</p>
            <QuoteSums quote={stage.quote} />
            <p className="muted">
              {!isNothing(stage.quote.refundAmount) &&
                `The money goes back to where you paid from, in ${formatEta(stage.quote.refundEta)}. `}
              You get this amount if you cancel before {formatMomentWithin(stage.quote.validUntil, clock)}.
            </p>
          </>
        )}
        {stage.at === 'unknown' && (
          <p className="callout warn">
            We got no answer, so your booking may or may not be cancelled. It is safe to try again: it is
            cancelled only once, and you get back {formatMoney(stage.quote.refundAmount)}.
          </p>
        )}
        {stage.at === 'limited' && (
          <p className="callout warn">
            You have tried to cancel too many times. Please wait until{' '}
            {formatMomentWithin(stage.until.toISOString(), clock)}, then try again.
          </p>
        )}
        {stage.at === 'refused' && (
          <p className="callout bad">
            {typeof stage.why === 'string' ? stage.why : <CancelTerms ticket={stage.why} />}
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
            {stage.at === 'sending' ? 'Cancelling…' : 'Cancel booking'}
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
