import type { RefundStatus, RefundPanelFragment as Ticket } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatMoney } from '../text/money.ts';
import { seatNames } from '../text/seat-names.tsx';
import { type Clock, formatDate, formatEta, formatMomentOn } from '../text/times.ts';
import { useRefundWatch } from './use-refund-watch.ts';

export const RefundPanelFragment = graphql(`
  fragment RefundPanel on Ticket {
    id
    seats {
      id
      row
      number
      status
      refund {
        id
      }
    }
    refunds {
      id
      originalAmount {
        amount
        currencyCode
      }
      cancellationFee {
        amount
        currencyCode
      }
      refundAmount {
        amount
        currencyCode
      }
      refundStatus
      refundEta
      etaTo
      processedAt
      bankReference
      failureReason
    }
    show {
      id
      utcOffsets {
        from
        minutes
      }
      theater {
        id
        timeZone
      }
    }
  }
`);

const WORDS: Record<RefundStatus, [text: string, tone: string]> = {
  PROCESSING: ['Refund on its way', 'warn'],
  PROCESSED: ['Refund sent', 'good'],
  FAILED: ['Refund failed', 'bad'],
  NOT_REQUIRED: ['No refund', 'plain'],
};

interface Props {
  ticket: FragmentType<typeof RefundPanelFragment>;
  /** The id of the refund to show; without it, all. */
  only?: string;
}

/** Where the money of what was cancelled is; it is watched until it has arrived or failed for good. */
export function RefundPanels({ ticket: masked, only }: Props) {
  const { id, refunds, seats, show } = readFragment(RefundPanelFragment, masked);
  const shown = refunds.filter((refund) => only === undefined || refund.id === only);
  useRefundWatch(
    id,
    shown.some(({ refundStatus }) => refundStatus === 'PROCESSING'),
  );
  return shown.map((refund) => (
    <RefundPanel
      key={refund.id}
      refund={refund}
      names={seatNames(seats.filter((seat) => seat.refund?.id === refund.id))}
      show={show}
    />
  ));
}

type Refund = Ticket['refunds'][number];

function RefundPanel({ refund, names, show }: { refund: Refund; names: string; show: Clock }) {
  const [text, tone] = WORDS[refund.refundStatus];
  return (
    <section className="refund" aria-label={`Refund of ${names}`}>
      <p role="status">
        <span className={`badge ${tone}`}>{text}</span>
      </p>
      <dl className="sums">
        <div>
          <dt>Cancelled</dt>
          <dd>{names}</dd>
        </div>
        <div>
          <dt>You paid</dt>
          <dd>{formatMoney(refund.originalAmount)}</dd>
        </div>
        <div>
          <dt>Cancellation fee</dt>
          <dd>− {formatMoney(refund.cancellationFee)}</dd>
        </div>
        <div className="total">
          <dt>Refund</dt>
          <dd>{formatMoney(refund.refundAmount)}</dd>
        </div>
      </dl>
      <p className="muted">
        {whereabouts(refund, show)}
        {refund.bankReference && ` Bank reference: ${refund.bankReference}.`}
      </p>
    </section>
  );
}

function whereabouts(refund: Refund, show: Clock): string {
  // A day at the bank, without a time: no zone would make it another one.
  const expected = refund.etaTo ? ` Expected in your account by ${formatDate(refund.etaTo)}.` : '';
  switch (refund.refundStatus) {
    case 'PROCESSING':
      return `The money goes back to where you paid from in ${formatEta(refund.refundEta ?? '')}.${expected}`;
    case 'PROCESSED':
      return `Sent ${refund.processedAt ? formatMomentOn(refund.processedAt, show) : ''}.${expected}`;
    case 'FAILED':
      return refund.failureReason ?? '';
    case 'NOT_REQUIRED':
      return 'The fee is as high as what you paid, so there is nothing to send back.';
  }
}
