import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { DecimalScalar } from './decimal.scalar.ts';

export enum CurrencyCode {
  INR = 'INR',
}

registerEnumType(CurrencyCode, {
  name: 'CurrencyCode',
  description: 'An ISO 4217 currency code. Tickets are sold in Indian rupees only, so far.',
  valuesConfig: { INR: { description: 'Indian rupee, two decimals (paise).' } },
});

@ObjectType({ description: 'An amount of money.' })
export class Money {
  @Field(() => DecimalScalar, { description: 'The amount in rupees with two decimals, such as "370.00".' })
  readonly amount: bigint;

  @Field(() => CurrencyCode, { description: 'The currency of the amount.' })
  readonly currencyCode = CurrencyCode.INR;

  /** @param paise the amount in paise */
  constructor(paise: bigint) {
    this.amount = paise;
  }
}
