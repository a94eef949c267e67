import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { eachHost } from './hosts.ts';
import { openClient } from './open-client.ts';
import { prepareStatements } from './prepare-statements.ts';
import { READ_PIPELINING } from './read-pipelining.ts';
import { LONGEST_STATEMENT_MS, SESSION_SETTINGS } from './session-settings.ts';
import { createTransactionLimiter, type TransactionLimiter } from './transaction-limiter.ts';
import { waitForSyncReplication } from './wait-for-sync-replication.ts';

export type Database = PostgresJsDatabase & {
  /** Who may hold one of its connections for a transaction. */
  transactionLimiter: TransactionLimiter;
};
/** The same statements inside a transaction. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export interface DatabaseConnection {
  db: Database;
  /** How many connections the pool has at this moment. */
  openConnections(): number;
  /** Waits for running statements at most five seconds, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  /** Connections, at least two. */
  poolSize: number;
  /**
   * Set where a pooler such as PgBouncer is between: it takes no settings, so the role has to bring them
   * (check-role-settings.ts). Statements are prepared only by one that knows of them.
   */
  pooler?: { prepare: boolean } | null;
  /** For work that takes longer than a request may. Milliseconds. */
  longestStatementMs?: number;
  /** Told of every statement sent, in order; tests count them. */
  onStatement?: (sql: string, parameters: unknown[]) => void;
}

const NAME = { application_name: 'usher' };

/**
 * A connection that was asked something and has not given a byte since is dead, whatever the network says: a server
 * that lives would have given up on the statement so long before. Milliseconds.
 */
const SILENCE_AFTER_STATEMENT_MS = 3_000;

/**
 * Of the connections of a pool, those for single statements. They are few, so that under load several statements go
 * over each of them at once: a system call for every statement costs more than the statement. The others are for
 * transactions, which may hold one while they wait for a lock.
 */
const PART_OF_READERS = 0.3;

/**
 * A pooler takes a server away at each answer that ends a transaction, even where a statement behind it was sent in
 * half: parsed, and not yet bound. So single statements wait for the one before them. Those of a transaction need not.
 */
const ONE_AT_A_TIME = 0;

/** Seconds before the n-th try in a row to connect: at most one, and never all connections at once. */
const backoff = (failures: number) => Math.min(1, 0.02 * 2 ** failures) * (0.5 + Math.random() / 2);

/** What our patch adds to the driver. */
type PatchedOptions = postgres.Options<Record<string, never>> & {
  silence_timeout: number;
  gather_for?: number;
  max_pipeline?: number;
};
type PatchedClient = postgres.Sql<Record<string, unknown>> & { openConnections: () => number };

/** Opens a pool. Connects at the first statement, so an unreachable database shows only then. */
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
    // Of several hosts each connection looks for the one that takes writes.
    ...((eachHost(url) ?? []).length > 1 ? { target_session_attrs: 'read-write' } : {}),
    connection: pooler ? NAME : { ...NAME, ...SESSION_SETTINGS, statement_timeout: longestStatementMs },
    ...(onStatement
      ? {
          debug: (_connection: number, query: string, parameters: unknown[]) =>
            onStatement(query, parameters),
        }
      : {}),
  };
  const readers = Math.max(1, Math.round(poolSize * PART_OF_READERS));
  const writers = Math.max(1, poolSize - readers);
  const reading = connect(url, {
    ...options,
    max: readers,
    ...READ_PIPELINING,
    ...(pooler ? { max_pipeline: ONE_AT_A_TIME } : {}),
  });
  const transacting = connect(url, { ...options, max: writers });
  // Whatever begins a transaction does so on the others.
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

function connect(url: string, options: PatchedOptions): PatchedClient {
  const client = openClient(url, options) as PatchedClient;
  prepareStatements(client);
  // Drizzle has each client that it is given read and write dates and JSON as it does; transactions, too, need that.
  drizzle(client);
  return client;
}
