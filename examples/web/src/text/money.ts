import type { CurrencyCode } from '../generated/graphql.ts';

interface Money {
  amount: string;
  currencyCode: CurrencyCode;
}

const SIGNS: Record<CurrencyCode, string> = { INR: 'Rs' };

/** Intl reads decimal strings exactly: an amount never becomes a float. */
const exact = new Intl.NumberFormat('en-IN', { minimumFractionDigits: 2 });
const brief = new Intl.NumberFormat('en-IN', {
  minimumFractionDigits: 2,
  trailingZeroDisplay: 'stripIfInteger',
} as Intl.NumberFormatOptions);

/** "Rs 370.00" */
export function formatMoney({ amount, currencyCode }: Money): string {
  return `${SIGNS[currencyCode]}\u00a0${exact.format(amount as Intl.StringNumericLiteral)}`;
}

/** "Rs 370", for lists */
export function formatMoneyBriefly({ amount, currencyCode }: Money): string {
  return `${SIGNS[currencyCode]}\u00a0${brief.format(amount as Intl.StringNumericLiteral)}`;
}

export function isNothing({ amount }: Pick<Money, 'amount'>): boolean {
  return /^0*(\.0*)?$/.test(amount);
}
