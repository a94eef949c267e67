import type { PaymentMode, PaymentStatus } from '../generated/graphql.ts';
import { type FragmentType, graphql, readFragment } from '../generated/index.ts';
import { formatMoney, isNothing } from '../text/money.ts';
import { formatMoment } from '../text/times.ts';

const PaymentPanelFragment = graphql(`
  fragment PaymentPanel on Ticket {
    id
    status
    seatsCount
    pricing {
      baseAmount {
        amount
        currencyCode
      }
      discount {
        amount
        currencyCode
      }
      convenienceFee {
        amount
        currencyCode
      }
      totalAmount {
        amount
        currencyCode
      }
    }
    payment {
      id
      paymentMode
      status
      paymentTime
      transactionId
      refundAmount {
        amount
        currencyCode
      }
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

const MODES: Record<PaymentMode, string> = {
  UPI: 'UPI',
  CREDIT_CARD: 'Credit card',
  DEBIT_CARD: 'Debit card',
  NETBANKING: 'Net banking',
  WALLET: 'Wallet',
};

/** The refund panel says where the money is: a refund may take days, or fail. */
const STATUSES: Record<PaymentStatus, string> = {
  PENDING: 'Not paid yet',
  SUCCESS: 'Paid',
  FAILED: 'Payment failed',
  PARTIALLY_REFUNDED: 'Paid',
  REFUNDED: 'Paid',
};

/** How the price came about, and how it was paid. */
export function PaymentPanel({ ticket: masked }: { ticket: FragmentType<typeof PaymentPanelFragment> }) {
  const { status, seatsCount, pricing, payment, show } = readFragment(PaymentPanelFragment, masked);
  return (
    <section className="panel">
      <h2>Price</h2>
      <dl className="sums">
        <div>
          <dt>{seatsCount === 1 ? '1 seat' : `${seatsCount} seats`}</dt>
          <dd>{formatMoney(pricing.baseAmount)}</dd>
        </div>
        {!isNothing(pricing.discount) && (
          <div>
            <dt>Discount</dt>
            <dd>− {formatMoney(pricing.discount)}</dd>
          </div>
        )}
        <div>
          <dt>Convenience fee</dt>
          <dd>{formatMoney(pricing.convenienceFee)}</dd>
        </div>
        <div className="total">
          <dt>Total</dt>
          <dd>{formatMoney(pricing.totalAmount)}</dd>
        </div>
      </dl>
      <h2>Payment</h2>
      {payment ? (
        <dl className="sums">
          <div>
            <dt>{MODES[payment.paymentMode]}</dt>
            <dd>{STATUSES[payment.status]}</dd>
          </div>
          {payment.paymentTime && (
            <div>
              <dt>When</dt>
              <dd>{formatMoment(payment.paymentTime, show)}</dd>
            </div>
          )}
          {payment.status === 'PARTIALLY_REFUNDED' && payment.refundAmount && (
            <div>
              <dt>Refund of cancelled seats</dt>
              <dd>{formatMoney(payment.refundAmount)}</dd>
            </div>
          )}
          {payment.transactionId && (
            <div>
              <dt>Transaction ID</dt>
              <dd className="code">{payment.transactionId}</dd>
            </div>
          )}
        </dl>
      ) : (
        <p className="muted">{status === 'EXPIRED' ? 'You did not pay.' : 'You have not paid yet.'}</p>
      )}
    </section>
  );
}
