import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createLeaseHolders } from '../../../src/platform/replicas/lease-holders.ts';
import { LEASE_IS_OVER_MS, LEASE_MS, LOOK_EVERY_MS } from '../../../src/platform/replicas/leases.ts';
import type { FollowingStandby, PrimaryLook } from '../../../src/platform/replicas/look-at-primary.ts';

/** Which standbys may be read, as one process knows of them that only looks at the primary. */

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

/** One that has looked for long enough to know of every lease. */
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

it('waits for what commits wait for, until it has applied', () => {
  const { look } = watching({ a: applied(WRITTEN) });
  expect(look({ a: applied(WRITTEN) })).toBe(true);
  expect(look({ a: applied(WRITTEN - 1n) })).toBe(false);
  expect(look({ a: applied(WRITTEN), b: applied(0n) })).toBe(false);
});

it('waits for nobody else', () => {
  const { look } = watching({});
  expect(look({})).toBe(true);
  expect(look({ b: applied(0n, false) })).toBe(true);
});

it.each([
  ['has gone', {}],
  ['commits do not wait for any more', { a: applied(0n, false) }],
])('waits for one that %s until every lease of it is over', (_, standbys) => {
  const { look } = watching({ a: applied(WRITTEN) });
  const goneAt = now;
  while (now - goneAt <= LEASE_MS) {
    expect(look(standbys)).toBe(false);
    now += LOOK_EVERY_MS;
  }
  now = goneAt + LEASE_IS_OVER_MS + 1;
  expect(look(standbys)).toBe(true);
});

it('waits no longer for one that has gone and has applied all the same', () => {
  const { look } = watching({ a: applied(WRITTEN) });
  expect(look({ a: applied(WRITTEN, false) })).toBe(true);
});

it('knows nothing at first, nor after it could not look', () => {
  const leaseHolders = createLeaseHolders();
  expect(leaseHolders.haveApplied(WRITTEN)).toBe(false);
  leaseHolders.observe(lookAt({}));
  expect(leaseHolders.haveApplied(WRITTEN)).toBe(false);

  const { look } = watching({});
  expect(look({})).toBe(true);
  now += 10_000;
  expect(look({})).toBe(false);
});
