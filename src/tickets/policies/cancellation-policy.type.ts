import { Field, Float, Int, ObjectType } from 'type-graphql';
import { etaText } from '../payments/refund-eta.ts';
import type { CancellationPolicy } from './cancellation-policy.ts';

@ObjectType({ description: 'One tier of the cancellation fee.' })
export class CancellationTier {
  @Field(() => Int, {
    description: 'The tier applies while more than this many minutes are left before the show starts.',
  })
  readonly overMinutes!: number;

  @Field(() => Float, { description: 'The fee as a percentage of the total amount: 10 means 10 %.' })
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

  @Field(() => String, { description: 'How long a refund takes, such as "3-5 business days".' })
  readonly refundEta!: string;
}

export function toCancellationPolicyType(policy: CancellationPolicy): CancellationPolicyType {
  const { name, version, cutoffMinutes, tierOverMinutes, tierFeeBps } = policy;
  const tiers = tierFeeBps.map((bps, tier) => ({
    overMinutes: tierOverMinutes[tier] ?? 0,
    feePercent: bps / 100,
  }));
  return { name, version, cutoffMinutes, tiers, refundEta: etaText(policy) };
}
