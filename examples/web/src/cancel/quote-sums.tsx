import type { CancellationQuoteFragment } from '../generated/graphql.ts';
import { formatMoney } from '../text/money.ts';

export function QuoteSums({ quote }: { quote: CancellationQuoteFragment }) {
  return (
    <dl className="sums">
      <div>
        <dt>You paid</dt>
        <dd>{formatMoney(quote.originalAmount)}</dd>
      </div>
      <div>
        <dt>Cancellation fee ({quote.feePercent}%)</dt>
        <dd>− {formatMoney(quote.cancellationFee)}</dd>
      </div>
      <div className="total">
        <dt>You get back</dt>
        <dd>{formatMoney(quote.refundAmount)}</dd>
      </div>
    </dl>
  );
}
