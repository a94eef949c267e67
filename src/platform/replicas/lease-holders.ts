import { BLIND_AFTER_MS, LEASE_IS_OVER_MS } from './leases.ts';
import type { PrimaryLook } from './look-at-primary.ts';

/** Keeps track of the standbys on which some process may hold a lease. */
export interface LeaseHolders {
  /** Call it with every look at the primary. */
  observe(look: PrimaryLook): void;
  /** Whether every possible lease holder has applied this WAL position (LSN). */
  haveApplied(written: bigint): boolean;
}

/** Only standbys that commits wait for get leases, so it tracks those that are waited for now or were recently. */
export function createLeaseHolders(): LeaseHolders {
  /** The time until which there may be a lease, by name. Infinity while commits wait for the standby. */
  const readUntil = new Map<string, number>();
  let last: PrimaryLook | null = null;
  /** Until then, there may be leases on standbys that no look has shown. */
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
