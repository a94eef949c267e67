/** No request's statement needs longer. Milliseconds. */
export const LONGEST_STATEMENT_MS = 5_000;

/** A statement, a wait for a lock or an idle transaction past it is a fault. Milliseconds. */
export const TIMEOUTS = {
  statement_timeout: LONGEST_STATEMENT_MS,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 10_000,
};

/** What a transaction that locks first relies on: each statement sees what was committed before it. */
export const ISOLATION = 'read committed' as const;

/**
 * The server, too, is to notice that we are gone without a word, or a transaction of ours would keep its locks: between
 * the parse and the execution of a statement none of its other time-outs runs. Seconds, and how often.
 */
const SERVER_KEEP_ALIVE = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 };

/** What every session of ours has set, by us at its start or by the database's role. */
export const SESSION_SETTINGS = {
  default_transaction_isolation: ISOLATION,
  ...TIMEOUTS,
  ...SERVER_KEEP_ALIVE,
};
