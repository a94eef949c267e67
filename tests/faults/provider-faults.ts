import type { z } from 'zod';
import { seededRandom } from '../../src/dev/demo/seeded-random.ts';
import type { faultSettings } from '../../src/dev/sandbox/faults.ts';

export type FaultSettings = z.input<typeof faultSettings>;

/** The probability of each fault. Time-outs are rare, because each takes ten seconds. */
const DEMAND_ODDS = {
  'before:timeout': 0.01,
  'after:timeout': 0.02,
  'before:reset': 0.02,
  'after:reset': 0.03,
  'before:409': 0.03,
  'after:409': 0.03,
  'before:429': 0.04,
  'before:500': 0.03,
  'after:500': 0.04,
  'before:502': 0.02,
  'after:502': 0.03,
  'after:malformed': 0.04,
  'after:half': 0.04,
  'after:wrong-amount': 0.04,
  'after:wrong-payment': 0.03,
  slow: 0.08,
  'refuse:balance': 0.02,
  'refuse:too-old': 0.01,
  'refuse:disputed': 0.01,
  'refuse:not-captured': 0.01,
} as const;
const LOOK_UP_ODDS = {
  timeout: 0.02,
  reset: 0.03,
  '409': 0.02,
  '429': 0.04,
  '500': 0.04,
  '502': 0.03,
  malformed: 0.03,
  half: 0.03,
  'wrong-amount': 0.03,
  'wrong-payment': 0.03,
} as const;
const FATE_ODDS = { 'at-once': 0.15, 'late-reference': 0.15, fails: 0.04, 'bank-returns': 0.12 } as const;
const WEBHOOK_ODDS = {
  early: 0.12,
  duplicate: 0.12,
  reordered: 0.12,
  delayed: 0.08,
  dropped: 0.1,
  forged: 0.14,
} as const;

export const NO_FAULTS: FaultSettings = {};

/** Time-outs happen after the storm, because in it few workers live long enough to reach one. */
export const TIME_OUTS: FaultSettings = { demand: { script: ['before:timeout', 'after:timeout'] } };

/** Without webhooks, so that Usher learns the state of a refund only by polling. */
export const NO_WEBHOOKS: FaultSettings = { webhook: { odds: { dropped: 1 } } };

/** Every fault once, in an order that depends on the seed, so that a short run has all of them. */
export function everyFaultOnce(seed: number): FaultSettings {
  const random = seededRandom(`the faults of ${seed}`);
  const shuffled = <Name extends string>(odds: Record<Name, number>) =>
    namesOf(odds)
      .map((name) => ({ name, place: random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ name }) => name);
  const faults = faultsByOdds(seed);
  return {
    ...faults,
    demand: { ...faults.demand, script: shuffled(DEMAND_ODDS) },
    lookUp: { ...faults.lookUp, script: shuffled(LOOK_UP_ODDS) },
    fate: { ...faults.fate, script: shuffled(FATE_ODDS) },
    webhook: { ...faults.webhook, script: shuffled(WEBHOOK_ODDS) },
  };
}

export function faultsByOdds(seed: number): FaultSettings {
  return {
    seed,
    demand: { odds: DEMAND_ODDS },
    lookUp: { odds: LOOK_UP_ODDS },
    fate: { odds: FATE_ODDS },
    webhook: { odds: WEBHOOK_ODDS },
  };
}

function namesOf<Name extends string>(odds: Record<Name, number>): Name[] {
  return Object.keys(odds) as Name[];
}
