import { type DatabaseConnection, openDatabase } from '../../platform/db/database.ts';
import { WRITERS } from './seed-tickets.ts';

const LONGEST_STATEMENT_MS = 600_000;

/** Opens a pool for the writers of a seed. Transactions get half of it, and their statements may take minutes. */
export function openForSeeding(url: string): DatabaseConnection {
  return openDatabase({ url, poolSize: 2 * WRITERS, longestStatementMs: LONGEST_STATEMENT_MS });
}
