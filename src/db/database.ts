import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import { prepareStatements } from './prepare-statements.ts';
import * as tables from './tables/index.ts';
import { createTransactionTurns, type TransactionTurns } from './transaction-turns.ts';

export type Database = PostgresJsDatabase<typeof tables> & {
  /** Who may hold one of its connections for a transaction. */
  turns: TransactionTurns;
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
  /** For work that takes longer than a request may. Milliseconds. */
  longestStatementMs?: number;
  /** Told of every statement sent, in order; tests count them. */
  onStatement?: (sql: string, parameters: unknown[]) => void;
}

/** No request's statement needs longer. Milliseconds. */
const LONGEST_STATEMENT_MS = 5_000;

/** Milliseconds. */
export const LOCK_TIMEOUT_MS = 3_000;

/** A wait for a lock or an idle transaction past it is a fault. Milliseconds. */
const TIMEOUTS = {
  lock_timeout: LOCK_TIMEOUT_MS,
  idle_in_transaction_session_timeout: 10_000,
};

/**
 * The server, too, is to notice that we are gone without a word, or a transaction of ours would keep its locks: between
 * the parse and the execution of a statement none of its other time-outs runs. Seconds, and how often.
 */
const SERVER_KEEP_ALIVE = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 };

/**
 * A connection that was asked something and has not given a byte since is dead, whatever the network says: a server that
 * lives would have given up on the statement so long before. Milliseconds.
 */
const SILENCE_AFTER_STATEMENT_MS = 3_000;

/**
 * Of the connections of a pool, those for single statements. They are few, so that under load several statements go over
 * each of them at once: a system call for every statement costs more than the statement. The others are for transactions,
 * which may hold one while they wait for a lock.
 */
const PART_OF_READERS = 0.3;

/** Seconds before the n-th try in a row to connect: at most one, and never all connections at once. */
const backoff = (failures: number) => Math.min(1, 0.02 * 2 ** failures) * (0.5 + Math.random() / 2);

/** What our patch adds to the driver. */
type PatchedOptions = postgres.Options<Record<string, never>> & { silence_timeout: number };
type PatchedClient = postgres.Sql<Record<string, unknown>> & { openConnections: () => number };

/** Opens a pool. Connects at the first statement, so an unreachable database shows only then. */
export function openDatabase({
  url,
  poolSize,
  longestStatementMs = LONGEST_STATEMENT_MS,
  onStatement,
}: DatabaseOptions): DatabaseConnection {
  if (!('keptPatch' in postgres)) {
    throw new Error('The package `postgres` lacks our patch (docs/decisions/009): run `npx patch-package`.');
  }
  const options: PatchedOptions = {
    max: poolSize,
    connect_timeout: 5,
    silence_timeout: (longestStatementMs + SILENCE_AFTER_STATEMENT_MS) / 1_000,
    backoff,
    onnotice: () => {},
    connection: {
      application_name: 'usher',
      default_transaction_isolation: 'read committed',
      statement_timeout: longestStatementMs,
      ...TIMEOUTS,
      ...SERVER_KEEP_ALIVE,
    },
    ...(onStatement
      ? {
          debug: (_connection: number, query: string, parameters: unknown[]) =>
            onStatement(query, parameters),
        }
      : {}),
  };
  const readers = Math.max(1, Math.round(poolSize * PART_OF_READERS));
  const writers = Math.max(1, poolSize - readers);
  const reading = connect(url, { ...options, max: readers });
  const transacting = connect(url, { ...options, max: writers });
  // Whatever begins a transaction does so on the others.
  reading.begin = transacting.begin;
  return {
    db: Object.assign(drizzle(reading, { schema: tables }), { turns: createTransactionTurns(writers) }),
    openConnections: () => reading.openConnections() + transacting.openConnections(),
    close: async () => {
      await Promise.all([reading, transacting].map((client) => client.end({ timeout: 5 })));
    },
  };
}

function connect(url: string, options: PatchedOptions): PatchedClient {
  const client = postgres(url, options) as PatchedClient;
  prepareStatements(client);
  // Drizzle has each client that it is given read and write dates and JSON as it does; transactions, too, need that.
  drizzle(client);
  return client;
}
