/** Tells an unreachable, overloaded or slow database from a bug in this program. */

/** PostgreSQL's SQLSTATEs (appendix A of its manual), by their first characters. */
const TRANSIENT_SQLSTATES = [
  '08', // connection exceptions
  '53', // out of connections, memory or disk
  '57P', // shutting down, crashed, starting up
  '57014', // statement timeout
  '55P03', // lock timeout
  '25P03', // idle in transaction timeout
  '25006', // read only: a standby, or a primary that was one, until the pool has found the one that is
  '40001', // serialization failure, after its retries
  '40P01', // deadlock, after its retries
];

const TRANSIENT_DRIVER_CODES = new Set([
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'NO_TURN',
]);

/** A queue for the database is full or too slow. Callers treat it like a slow database. */
export class NoTurnError extends Error {
  readonly code = 'NO_TURN';

  constructor() {
    super('no turn came in time');
  }
}

/** The SQLSTATE or driver code of a database error, also of one wrapped by Drizzle. Null for any other error. */
export function databaseCode(error: unknown): string | null {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause ? cause.code : undefined;
    if (typeof code === 'string') return code;
  }
  return null;
}

/**
 * The routines of PostgreSQL whose errors say that a prepared statement no longer fits the tables, such as "cached plan
 * must not change result type". The driver retries such a statement outside a transaction.
 */
const STALE_STATEMENT_ROUTINES = new Set([
  'RevalidateCachedQuery',
  'FetchPreparedStatement',
  'transformAssignedExpr',
]);

/** Whether a statement failed only because it was prepared before a table changed. */
export function isStaleStatement(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if ('routine' in cause && STALE_STATEMENT_ROUTINES.has(String(cause.routine))) return true;
  return false;
}

/** Whether a retry a moment later may work. */
export function isDatabaseAway(error: unknown): boolean {
  const code = databaseCode(error);
  if (code === null) return false;
  return TRANSIENT_DRIVER_CODES.has(code) || TRANSIENT_SQLSTATES.some((state) => code.startsWith(state));
}
