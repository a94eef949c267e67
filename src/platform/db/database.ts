import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { eachHost } from './hosts-of-url.ts';
import { openClient } from './open-client.ts';
import { prepareStatements } from './prepare-statements.ts';
import { READ_PIPELINING } from './read-pipelining.ts';
import { LONGEST_READ_MS, LONGEST_STATEMENT_MS, SESSION_SETTINGS } from './session-settings.ts';
import { createTransactionLimiter, type TransactionLimiter } from './transaction-limiter.ts';
import { waitForSyncReplication } from './wait-for-sync-replication.ts';

export type Database = PostgresJsDatabase & {
  /** Limits concurrent transactions to the connections that the pool has for them. */
  transactionLimiter: TransactionLimiter;
};
/** Runs statements inside a transaction. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export interface DatabaseConnection {
  db: Database;
  /** How many connections the pool has now. */
  openConnections(): number;
  /** Waits at most five seconds for running statements, then closes all connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections, at least two. */
  poolSize: number;
  /**
   * Set when a pooler such as PgBouncer is in between. It accepts few session settings, so the role must have them
   * (check-role-settings.ts). `prepare`: whether the pooler supports prepared statements.
   */
  pooler?: { prepare: boolean } | null;
  /** Milliseconds; for work that may take longer than a request. */
  longestStatementMs?: number;
  /** Receives every statement sent, in order; tests count them. */
  onStatement?: (sql: string, parameters: unknown[]) => void;
}

const NAME = { application_name: 'usher' };

/**
 * Milliseconds after the statement time-out. A connection that has an unanswered query and received no byte until then
 * is dead: a live server would have cancelled the statement.
 */
const SILENCE_AFTER_STATEMENT_MS = 3_000;

/**
 * The share of the connections that serve single statements. They are few, so that under load several statements go out
 * in one write: a system call for each costs more than the statement. The others serve transactions, which hold a
 * connection while they wait for locks.
 */
const READER_SHARE = 0.3;

/**
 * Disables pipelining of single statements behind a pooler. The pooler switches servers at each answer that ends a
 * transaction, even when the next statement was parsed but not yet bound. Transactions keep their server and may
 * pipeline.
 */
const NO_PIPELINING = 0;

/** Seconds before the n-th consecutive attempt to connect: at most one, with jitter. */
const backoff = (failures: number) => Math.min(1, 0.02 * 2 ** failures) * (0.5 + Math.random() / 2);

/** What our patch adds to the driver. */
type PatchedOptions = postgres.Options<Record<string, never>> & {
  silence_timeout: number;
  gather_for?: number;
  max_pipeline?: number;
};
type PatchedClient = postgres.Sql<Record<string, unknown>> & { openConnections: () => number };

/**
 * Opens a pool. It connects at the first statement, so an unreachable database is noticed only then.
 *
 * @throws when the driver lacks our patch
 */
export function openDatabase({
  url,
  poolSize,
  pooler = null,
  longestStatementMs = LONGEST_STATEMENT_MS,
  onStatement,
}: DatabaseOptions): DatabaseConnection {
  if (!('keptPatch' in postgres)) {
    throw new Error(
      'The package `postgres` lacks our patch (docs/decisions/009): run `npm run postinstall`.',
    );
  }
  const options: PatchedOptions = {
    max: poolSize,
    silence_timeout: (longestStatementMs + SILENCE_AFTER_STATEMENT_MS) / 1_000,
    backoff,
    prepare: pooler?.prepare ?? true,
    // With several hosts, each connection looks for the primary.
    ...((eachHost(url) ?? []).length > 1 ? { target_session_attrs: 'read-write' } : {}),
    connection: pooler ? NAME : { ...NAME, ...SESSION_SETTINGS, statement_timeout: longestStatementMs },
    ...(onStatement
      ? {
          debug: (_connection: number, query: string, parameters: unknown[]) =>
            onStatement(query, parameters),
        }
      : {}),
  };
  // Behind a pooler the role has one time-out for all statements.
  const isForRequests = !pooler && longestStatementMs === LONGEST_STATEMENT_MS;
  const readers = Math.max(1, Math.round(poolSize * READER_SHARE));
  const writers = Math.max(1, poolSize - readers);
  const isPooled = pooler !== null;
  const readOptions = {
    ...READ_PIPELINING,
    ...(isPooled ? { max_pipeline: NO_PIPELINING } : {}),
    connection: { ...options.connection, ...(isForRequests && { statement_timeout: LONGEST_READ_MS }) },
  };
  const reading = connect(url, { ...options, max: readers, ...readOptions }, isPooled);
  const transacting = connect(url, { ...options, max: writers }, isPooled);
  // Transactions use the other connections.
  reading.begin = transacting.begin;
  const transactionLimiter = createTransactionLimiter(writers, () => waitForSyncReplication(reading));
  return {
    db: Object.assign(drizzle(reading), { transactionLimiter }),
    openConnections: () => reading.openConnections() + transacting.openConnections(),
    close: async () => {
      await Promise.all([reading, transacting].map((client) => client.end({ timeout: 5 })));
    },
  };
}

function connect(url: string, options: PatchedOptions, isPooled: boolean): PatchedClient {
  const client = openClient(url, options, isPooled) as PatchedClient;
  prepareStatements(client);
  // Drizzle replaces the parsers and serializers of dates and JSON of a client. Transactions need them too.
  drizzle(client);
  return client;
}
