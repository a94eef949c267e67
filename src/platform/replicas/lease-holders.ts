import { BLIND_AFTER_MS, LEASE_IS_OVER_MS } from './leases.ts';
import type { PrimaryLook } from './look-at-primary.ts';

/** Knows which standbys lists may be read from in this moment, by any process. */
export interface LeaseHolders {
  /** To be told of every look at the primary. */
  observe(look: PrimaryLook): void;
  /** Whether no list can miss what the log of this primary has up to there. */
  haveApplied(written: bigint): boolean;
}

/** Leases are given only of standbys that commits wait for, so it is enough to know which ones those are, or just were. */
export function createLeaseHolders(): LeaseHolders {
  /** By name, until when it may be read. */
  const readUntil = new Map<string, number>();
  let last: PrimaryLook | null = null;
  /** Until then there may be leases of which we have seen nothing. */
  let blindUntil = Number.POSITIVE_INFINITY;

  return {
    observe: (look) => {
      if (last === null || look.answeredAt - last.answeredAt > BLIND_AFTER_MS)
        blindUntil = look.answeredAt + LEASE_IS_OVER_MS;
      last = look;
      for (const [name, until] of readUntil) {
        if (until === Number.POSITIVE_INFINITY) readUntil.set(name, look.answeredAt + LEASE_IS_OVER_MS);
        else if (until < look.answeredAt) readUntil.delete(name);
      }
      for (const [name, { isWaitedFor }] of look.standbys)
        if (isWaitedFor) readUntil.set(name, Number.POSITIVE_INFINITY);
    },
    haveApplied: (written) => {
      const now = performance.now();
      if (now < blindUntil) return false;
      return [...readUntil].every(
        ([name, until]) => until < now || (last?.standbys.get(name)?.applied ?? -1n) >= written,
      );
    },
  };
}
