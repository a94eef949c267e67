import { useEffect, useId, useRef } from 'react';
import type { CancellationQuoteFragment as Quote } from '../generated/graphql.ts';
import { formatMoney, isNothing } from '../text/money.ts';
import { SeatNames, seatNames } from '../text/seat-names.tsx';
import { type Clock, formatEta, formatMomentWithin, UTC } from '../text/times.ts';
import { CancelTerms } from './cancel-terms.tsx';
import { Confirmation } from './confirmation.tsx';
import { Dialog } from './dialog.tsx';
import { QuoteSums } from './quote-sums.tsx';
import { chosenSeats, seatsLeft } from './seat-choice.ts';
import { SeatPicker } from './seat-picker.tsx';
import { type Offer, type Stage, useCancellation } from './use-cancellation.ts';

interface Props {
  ticketId: string;
  /** @param hasCancelled whether the ticket may be cancelled now */
  onClose(hasCancelled: boolean): void;
}

/** Lets the person choose seats, shows what cancelling them gives, asks, cancels at that price only, and says what came of it. */
export function CancelDialog({ ticketId, onClose }: Props) {
  const titleId = useId();
  const reasonId = useId();
  const { stage, ticket, choice, canChoose, choose, send, retry } = useCancellation(ticketId);
  const close = () => onClose(stage.at === 'cancelled' || stage.at === 'unknown' || stage.at === 'refused');
  const body = useRef<HTMLDivElement>(null);
  const clock = ticket?.show ?? UTC;
  const chosen = ticket ? chosenSeats(choice, ticket) : [];
  const isAsking = stage.at === 'asking' || stage.at === 'sending';
  const offer = stage.at === 'asking' ? stage.offer : null;

  // A button that was pressed may be gone: what has come instead is next.
  useEffect(() => {
    if (stage.at !== 'loading' && stage.at !== 'sending') body.current?.focus();
  }, [stage.at]);
  // So may the box of a seat that was cancelled elsewhere.
  useEffect(() => {
    const dialog = body.current?.closest('dialog');
    if (ticket && !dialog?.contains(document.activeElement)) body.current?.focus();
  }, [ticket]);

  return (
    <Dialog labelledBy={titleId} canClose={stage.at !== 'sending'} onClose={close}>
      <h2 id={titleId}>{titleOf(stage)}</h2>
      {ticket && (
        <p className="muted">
          {ticket.show.movie.name}, {formatMomentWithin(ticket.show.startTime, clock)},{' '}
          <SeatNames seats={ticket.seats} />
        </p>
      )}
      <div ref={body} tabIndex={-1} className="dialog-body">
        {ticket && isAsking && canChoose && (
          <SeatPicker ticket={ticket} choice={choice} isLocked={stage.at === 'sending'} onChoose={choose} />
        )}
        {ticket && isAsking && !canChoose && seatsLeft(ticket).length > 1 && (
          <p>This booking can only be cancelled as a whole.</p>
        )}
        <div aria-live="polite" aria-atomic="true" aria-busy={offer?.is === 'on its way'}>
          {stage.at === 'loading' && <p>Working out your refund…</p>}
          {stage.at === 'unreachable' && (
            <p>We cannot work out your refund. Check your internet connection, or try again in a minute.</p>
          )}
          {stage.at === 'asking' && stage.news && <p className="callout warn">{stage.news}</p>}
          {stage.at === 'sending' && <Terms quote={stage.quote} clock={clock} />}
          {offer?.is === 'quote' && <Terms quote={offer.quote} clock={clock} />}
          {offer && offer.is !== 'quote' && (
            <p id={reasonId} className="fee">
              {REASONS[offer.is]}
            </p>
          )}
          {offer?.is === 'on its way' && offer.last && (
            // Its place is kept, so that nothing jumps.
            <div className="kept-place">
              <Terms quote={offer.last} clock={clock} />
            </div>
          )}
          {stage.at === 'unknown' && (
            <p className="callout warn">
              We got no answer, so {choice === null ? 'your booking' : seatNames(chosen)} may or may not be
              cancelled. It is safe to try again: nothing is cancelled twice, and you get back{' '}
              {formatMoney(stage.quote.refundAmount)}.
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
          {stage.at === 'cancelled' && <Confirmation ticketId={ticketId} refundId={stage.refundId} />}
        </div>
      </div>
      <div className="actions">
        <button type="button" disabled={stage.at === 'sending'} onClick={close}>
          {isAsking || stage.at === 'loading' ? 'Keep booking' : 'Close'}
        </button>
        {stage.at === 'unreachable' && (
          <button type="button" className="primary" onClick={retry}>
            Try again
          </button>
        )}
        {isAsking && (
          <button
            type="button"
            className="danger"
            aria-disabled={offer?.is !== 'quote'}
            aria-describedby={offer && offer.is !== 'quote' ? reasonId : undefined}
            onClick={() => offer?.is === 'quote' && void send(offer.quote)}
          >
            {stage.at === 'sending'
              ? 'Cancelling…'
              : choice === null
                ? 'Cancel booking'
                : `Cancel ${seatNames(chosen) || 'seats'}`}
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

/** Why the button cannot be pressed. */
const REASONS: Record<Exclude<Offer['is'], 'quote'>, string> = {
  'on its way': 'Working out your refund…',
  'nothing chosen': 'Choose at least one seat to cancel.',
  'too little':
    'These seats would give back less than ₹1, the least that can be refunded. Choose more seats.',
};

function titleOf(stage: Stage): string {
  if (stage.at === 'cancelled') return stage.isWhole ? 'Booking cancelled' : 'Seats cancelled';
  return stage.at === 'refused' ? 'You cannot cancel this booking now' : 'Cancel booking?';
}

function Terms({ quote, clock }: { quote: Quote; clock: Clock }) {
  return (
    <>
      <p className="fee">{formatMoney(quote.cancellationFee)} fee applies</p>
      <QuoteSums quote={quote} />
      <p className="muted">
        {!isNothing(quote.refundAmount) &&
          `The money goes back to where you paid from, in ${formatEta(quote.refundEta)}. `}
        You get this amount if you cancel before {formatMomentWithin(quote.validUntil, clock)}.
      </p>
    </>
  );
}
