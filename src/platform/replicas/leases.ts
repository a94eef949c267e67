/**
 * A process reads a replica only as long as it holds a lease, and a cancellation is answered when every replica that
 * somebody may hold a lease of has applied it: docs/decisions/031 has the proof. Milliseconds.
 */

/** So long after the primary was asked how far it has written, a replica that is as far may be read. */
export const LEASE_MS = 3_000;

/** The same for those who wait until it is over: their clock may be a tenth faster. */
export const LEASE_IS_OVER_MS = LEASE_MS * 1.1;

/** Each process looks at the primary so often. */
export const LOOK_EVERY_MS = 500;

/** Between two looks further apart a standby may have come and gone unseen. */
export const BLIND_AFTER_MS = 1_500;

/** A standby gets its first lease after it has been followed for so long, so that every process has seen it. */
export const STEADY_AFTER_MS = 2_000;
