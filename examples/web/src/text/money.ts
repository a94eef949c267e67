import type { CurrencyCode } from '../generated/graphql.ts';

interface Money {
  amount: string;
  currencyCode: CurrencyCode;
}

const SIGNS: Record<CurrencyCode, string> = { INR: '₹' };

/** Intl reads decimal strings exactly: an amount never becomes a float. */
const format = new Intl.NumberFormat('en-IN', {
  minimumFractionDigits: 2,
  trailingZeroDisplay: 'stripIfInteger',
} as Intl.NumberFormatOptions);

/** "₹370", "₹1,23,456.50" */
export function formatMoney({ amount, currencyCode }: Money): string {
  return `${SIGNS[currencyCode]}${format.format(amount as Intl.StringNumericLiteral)}`;
}

export function isNothing({ amount }: Pick<Money, 'amount'>): boolean {
  return /^0*(\.0*)?$/.test(amount);
}
