import type { RefundStatus, RefundPanelFragment as Ticket } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatMoney } from '../text/money.ts';
import { type Clock, formatDate, formatEta, formatMomentOn } from '../text/times.ts';
import { useRefundWatch } from './use-refund-watch.ts';

export const RefundPanelFragment = graphql(`
  fragment RefundPanel on Ticket {
    id
    refund {
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

/** Where the money of a cancelled ticket is; it is watched until it has arrived or failed for good. */
export function RefundPanel({ ticket: masked }: { ticket: FragmentType<typeof RefundPanelFragment> }) {
  const { id, refund, show } = readFragment(RefundPanelFragment, masked);
  useRefundWatch(id, refund?.refundStatus === 'PROCESSING');
  if (!refund) return null;
  const [text, tone] = WORDS[refund.refundStatus];
  return (
    <section className="refund" aria-label="Refund">
      <p role="status">
        <span className={`badge ${tone}`}>{text}</span>
      </p>
      <dl className="sums">
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

function whereabouts(refund: NonNullable<Ticket['refund']>, show: Clock): string {
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
