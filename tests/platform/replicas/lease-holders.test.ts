import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLeaseHolders } from '../../../src/platform/replicas/lease-holders.ts';
import { LEASE_IS_OVER_MS, LEASE_MS, LOOK_EVERY_MS } from '../../../src/platform/replicas/leases.ts';
import type { FollowingStandby, PrimaryLook } from '../../../src/platform/replicas/look-at-primary.ts';

/** The standbys that may be read, as a process knows them that only looks at the primary. */

let now = 0;
beforeEach(() => {
  now = 1_000_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const WRITTEN = 100n;
const applied = (position: bigint, isWaitedFor = true): FollowingStandby => ({
  pid: 1,
  applied: position,
  isWaitedFor,
});

function lookAt(standbys: Record<string, FollowingStandby>): PrimaryLook {
  return {
    askedAt: now - 1,
    answeredAt: now,
    system: '1',
    timeline: 1,
    written: WRITTEN,
    standbys: new Map(Object.entries(standbys)),
    isHidden: false,
  };
}

/** Lease holders after enough looks to know of every lease. */
function watching(standbys: Record<string, FollowingStandby>) {
  const leaseHolders = createLeaseHolders();
  const look = (seen: Record<string, FollowingStandby>) => {
    leaseHolders.observe(lookAt(seen));
    return leaseHolders.haveApplied(WRITTEN);
  };
  for (let past = 0; past <= LEASE_IS_OVER_MS; past += LOOK_EVERY_MS) {
    look(standbys);
    now += LOOK_EVERY_MS;
  }
  return { look, leaseHolders };
}

it('waits for each standby that commits wait for, until it has applied', () => {
  const { look } = watching({ a: applied(WRITTEN) });
  expect(look({ a: applied(WRITTEN) })).toBe(true);
  expect(look({ a: applied(WRITTEN - 1n) })).toBe(false);
  expect(look({ a: applied(WRITTEN), b: applied(0n) })).toBe(false);
});

it('waits for no other standby', () => {
  const { look } = watching({});
  expect(look({})).toBe(true);
  expect(look({ b: applied(0n, false) })).toBe(true);
});

it.each([
  ['has disconnected', {}],
  ['commits no longer wait for', { a: applied(0n, false) }],
])('waits for a standby that %s until its last lease has expired', (_, standbys) => {
  const { look } = watching({ a: applied(WRITTEN) });
  const goneAt = now;
  while (now - goneAt <= LEASE_MS) {
    expect(look(standbys)).toBe(false);
    now += LOOK_EVERY_MS;
  }
  now = goneAt + LEASE_IS_OVER_MS + 1;
  expect(look(standbys)).toBe(true);
});

it('does not wait for a standby that commits no longer wait for, if it has applied', () => {
  const { look } = watching({ a: applied(WRITTEN) });
  expect(look({ a: applied(WRITTEN, false) })).toBe(true);
});

it('reports nothing as applied at first, or after a gap between two looks', () => {
  const leaseHolders = createLeaseHolders();
  expect(leaseHolders.haveApplied(WRITTEN)).toBe(false);
  leaseHolders.observe(lookAt({}));
  expect(leaseHolders.haveApplied(WRITTEN)).toBe(false);

  const { look } = watching({});
  expect(look({})).toBe(true);
  now += 10_000;
  expect(look({})).toBe(false);
});
