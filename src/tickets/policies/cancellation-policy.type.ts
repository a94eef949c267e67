import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { enumOf } from '../../platform/db/enum-of.ts';
import { feeBase, partialCancellation } from '../../platform/db/tables/index.ts';
import { etaText } from '../payments/refund-eta.ts';
import type { CancellationPolicy } from './cancellation-policy.ts';

export const FeeBase = enumOf(feeBase);
export const PartialCancellation = enumOf(partialCancellation);

registerEnumType(FeeBase, {
  name: 'FeeBase',
  description: 'The amount of which the cancellation fee is a share.',
  valuesConfig: {
    TOTAL: { description: 'All that was paid, the convenience fee included.' },
    BASE: { description: 'What was paid for the seats, without the convenience fee.' },
  },
});

registerEnumType(PartialCancellation, {
  name: 'PartialCancellation',
  description: 'Whether some of the seats of a ticket can be cancelled.',
  valuesConfig: {
    ALLOWED: { description: 'Some seats can be cancelled.' },
    NO_DISCOUNT: { description: 'Some seats can be cancelled, unless the ticket was sold at a discount.' },
    FORBIDDEN: { description: 'Only the whole ticket can be cancelled.' },
  },
});

@ObjectType({ description: 'One tier of the cancellation fee.' })
export class CancellationTier {
  @Field(() => Int, {
    description: 'The tier applies while more than this many minutes are left before the show starts.',
  })
  readonly overMinutes!: number;

  @Field(() => Float, { description: 'The fee as a percentage of the fee base: 10 means 10 %.' })
  readonly feePercent!: number;
}

@ObjectType('CancellationPolicy', {
  description: 'The cancellation rules that a ticket was sold under. They never change for a sold ticket.',
})
export class CancellationPolicyType {
  @Field(() => String, { description: 'The name of the policy, such as "FLAT_10".' })
  readonly name!: string;

  @Field(() => Int, { description: 'The version of the policy with this name, from 1.' })
  readonly version!: number;

  @Field(() => Int, {
    description: 'Cancelling is refused from this many minutes before the show starts.',
  })
  readonly cutoffMinutes!: number;

  @Field(() => [CancellationTier], {
    description: 'The fee tiers, the earliest first. The first tier that applies sets the fee.',
    complexity: ({ childComplexity }) => 1 + 2 * childComplexity,
  })
  readonly tiers!: CancellationTier[];

  @Field(() => FeeBase, { description: 'The amount of which the fee is a share.' })
  readonly feeBase!: keyof typeof FeeBase;

  @Field(() => Boolean, {
    description: 'Whether the convenience fee is refunded. If not, it is kept beside the fee.',
  })
  readonly convenienceFeeRefundable!: boolean;

  @Field(() => PartialCancellation, { description: 'Whether some of the seats can be cancelled.' })
  readonly partial!: keyof typeof PartialCancellation;

  @Field(() => String, { description: 'How long a refund takes, such as "3-5 business days".' })
  readonly refundEta!: string;
}

export function toCancellationPolicyType(policy: CancellationPolicy): CancellationPolicyType {
  const { name, version, cutoffMinutes, tierOverMinutes, tierFeeBps } = policy;
  const { feeBase, convenienceFeeRefundable, partial } = policy;
  const tiers = tierFeeBps.map((bps, tier) => ({
    overMinutes: tierOverMinutes[tier] ?? 0,
    feePercent: bps / 100,
  }));
  return {
    name,
    version,
    cutoffMinutes,
    tiers,
    feeBase,
    convenienceFeeRefundable,
    partial,
    refundEta: etaText(policy),
  };
}
