/** The statement time-out for requests. */
export const LONGEST_STATEMENT_MS = 5_000;

/**
 * The time-out for single statements, which are reads in most cases. They take milliseconds, and others wait behind them
 * on the same connection.
 */
export const LONGEST_READ_MS = 3_000;

/** Milliseconds. A statement, a wait for a lock or an idle transaction that exceeds them is a fault. */
export const TIMEOUTS = {
  statement_timeout: LONGEST_STATEMENT_MS,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 10_000,
};

/** Each statement sees what was committed before it. Transactions that lock first rely on this. */
export const ISOLATION = 'read committed' as const;

/**
 * Lets the server detect a lost client, which would otherwise keep its locks: no other time-out runs between the parse
 * and the execution of a statement. Seconds, and the number of probes.
 */
const SERVER_KEEP_ALIVE = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 };

/** The settings of all our sessions. Usher sets them at the start of a session; behind a pooler the role does. */
export const SESSION_SETTINGS = {
  default_transaction_isolation: ISOLATION,
  ...TIMEOUTS,
  ...SERVER_KEEP_ALIVE,
};
