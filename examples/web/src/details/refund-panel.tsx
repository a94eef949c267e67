import type { RefundStatus } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatMoney } from '../text/money.ts';
import { formatDate } from '../text/times.ts';
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
      bankReference
      failureReason
    }
  }
`);

const WORDS: Record<RefundStatus, [text: string, tone: string]> = {
  PROCESSING: ['Refund on its way', 'warn'],
  PROCESSED: ['Refund processed', 'good'],
  FAILED: ['Refund failed', 'bad'],
  NOT_REQUIRED: ['No refund', 'plain'],
};

/** Where the money of a cancelled ticket is; it is watched until it has arrived or failed for good. */
export function RefundPanel({ ticket: masked }: { ticket: FragmentType<typeof RefundPanelFragment> }) {
  const { id, refund } = readFragment(RefundPanelFragment, masked);
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
      {refund.refundStatus !== 'NOT_REQUIRED' && refund.etaTo && (
        <p className="muted">
          {refund.failureReason ??
            `In your account within ${refund.refundEta}, by ${formatDate(refund.etaTo)}.`}
          {refund.bankReference && ` Bank reference ${refund.bankReference}.`}
        </p>
      )}
    </section>
  );
}
