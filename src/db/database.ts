import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as tables from './tables/index.ts';

export type Database = PostgresJsDatabase<typeof tables>;
/** The same statements inside a transaction. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

export interface DatabaseConnection {
  db: Database;
  /** Waits for running statements at most five seconds, then closes every connection. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  poolSize: number;
  /** Told of every statement sent, in order; tests count them. */
  onStatement?: (sql: string, parameters: unknown[]) => void;
}

/** Nothing of ours needs longer; a statement, a wait for a lock or an idle transaction past it is a fault. Milliseconds. */
const TIMEOUTS = {
  statement_timeout: 5_000,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 10_000,
};

/** Seconds before the n-th try in a row to connect: at most one, and never all connections at once. */
const backoff = (failures: number) => Math.min(1, 0.02 * 2 ** failures) * (0.5 + Math.random() / 2);

/** Opens a pool. Connects at the first statement, so an unreachable database shows only then. */
export function openDatabase({ url, poolSize, onStatement }: DatabaseOptions): DatabaseConnection {
  if (!('keptPatch' in postgres)) {
    throw new Error('The package `postgres` lacks our patch (docs/decisions/009): run `npx patch-package`.');
  }
  const client = postgres(url, {
    max: poolSize,
    connect_timeout: 5,
    backoff,
    onnotice: () => {},
    connection: { application_name: 'usher', default_transaction_isolation: 'read committed', ...TIMEOUTS },
    ...(onStatement
      ? {
          debug: (_connection: number, query: string, parameters: unknown[]) =>
            onStatement(query, parameters),
        }
      : {}),
  });
  return {
    db: drizzle(client, { schema: tables }),
    close: () => client.end({ timeout: 5 }),
  };
}
