import { z } from 'zod';
import { REFUSALS } from './judge-demand.ts';

/** The faults that can replace an answer. */
export const MANGLINGS = [
  'timeout', // never an answer
  'reset',
  '409',
  '429',
  '500',
  '502',
  'malformed',
  'half', // cut off in the middle of the body
  'wrong-amount',
  'wrong-payment',
] as const;

const names = {
  /** before: the fault replaces the refund. after: the refund is made first. slow: it is made 300 ms later. */
  demand: [
    ...MANGLINGS.flatMap((mangling) => [`before:${mangling}`, `after:${mangling}`] as const),
    ...(Object.keys(REFUSALS) as (keyof typeof REFUSALS)[]),
    'slow',
  ],
  lookUp: MANGLINGS,
  /** The course of a refund. bank-returns: processed, then failed. */
  fate: ['at-once', 'late-reference', 'fails', 'bank-returns'],
  /** early: before the answer to the demand. reordered: after the next event. forged: after a false event. */
  webhook: ['early', 'duplicate', 'reordered', 'delayed', 'dropped', 'forged'],
} as const;

const faultsOf = <Name extends string>(list: readonly Name[]) =>
  z
    .strictObject({
      /** Faults to use first, one per draw, in order. none means no fault. */
      script: z.array(z.enum([...list, 'none'])).default([]),
      /** The probability of each fault once the script is used up. The sum is at most 1. */
      odds: z.partialRecord(z.enum(list), z.number().min(0).max(1)).default({}),
    })
    .prefault({});

export const faultSettings = z.strictObject({
  seed: z.int().default(1),
  demand: faultsOf(names.demand),
  lookUp: faultsOf(names.lookUp),
  fate: faultsOf(names.fate),
  webhook: faultsOf(names.webhook),
});

export type Mangling = (typeof MANGLINGS)[number];
export type Fault = { [Kind in keyof typeof names]: (typeof names)[Kind][number] };
export type Faults = ReturnType<typeof createFaults>;

/** Draws faults. The same seed gives the same sequence for each kind. There are none until `set` is called. */
export function createFaults() {
  let settings = faultSettings.parse({});
  let randoms = seededRandoms(settings.seed);
  return {
    set(next: z.infer<typeof faultSettings>): void {
      settings = next;
      randoms = seededRandoms(next.seed);
    },
    draw<Kind extends keyof Fault>(kind: Kind): Fault[Kind] | null {
      const { script, odds } = settings[kind];
      const scripted = script.shift();
      if (scripted) return scripted === 'none' ? null : (scripted as Fault[Kind]);
      let left = randoms[kind]();
      for (const [fault, chance] of Object.entries(odds)) {
        left -= chance;
        if (left < 0) return fault as Fault[Kind];
      }
      return null;
    },
  };
}

/** One generator per kind, so that the number of look-ups does not affect the demands. */
function seededRandoms(seed: number): Record<keyof Fault, () => number> {
  return {
    demand: seededRandom(seed),
    lookUp: seededRandom(seed + 1),
    fate: seededRandom(seed + 2),
    webhook: seededRandom(seed + 3),
  };
}

/** mulberry32 */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
