/**
 * A process reads a replica only while it holds a lease on it. A cancellation is answered only after every replica with
 * a possible lease has applied it. docs/decisions/031 has the proof. All constants are milliseconds.
 */

/** A replica may be read this long after the query that told the primary's WAL position, if it has applied that. */
export const LEASE_MS = 3_000;

/** How long to wait until a lease has expired for certain: clocks may differ by a tenth. */
export const LEASE_IS_OVER_MS = LEASE_MS * 1.1;

/** How often each process looks at the primary. */
export const LOOK_EVERY_MS = 500;

/** If two looks are further apart, a standby may have been there unseen in between. */
export const BLIND_AFTER_MS = 1_500;

/** How long a standby is watched before its first lease, so that every process has seen it by then. */
export const STEADY_AFTER_MS = 2_000;
