import { EmbeddedPostgresError } from '../../dev/embedded-postgres/embedded-postgres.error.ts';
import { RoleSettingsError } from '../../platform/db/check-role-settings.ts';
import { DatabaseRefusedError } from '../../platform/db/database-refused.error.ts';
import { DistributionError } from '../../platform/db/distribution/distribution-error.ts';
import { MigrationLockError } from '../../platform/db/migrate.ts';
import { databaseCode } from '../../platform/errors/database-fault.ts';
import { ChildError } from '../cluster/start-children.ts';
import { ConfigError } from './config.ts';

/** Those say it themselves. */
const OURS = [
  ConfigError,
  EmbeddedPostgresError,
  MigrationLockError,
  RoleSettingsError,
  DatabaseRefusedError,
  DistributionError,
  ChildError,
];

/** What is wrong and what to do, for the failures that whoever starts Usher can mend; null for all others. */
export function explainFailure(error: unknown): string | null {
  if (OURS.some((kind) => error instanceof kind)) return (error as Error).message;
  if (!(error instanceof Error)) return null;
  const { code, syscall, port, path, variable } = error as ExplainedError;
  if (syscall === 'listen') return explainListen(code, port ?? null, variable ?? 'PORT');
  if (path !== undefined)
    return `Cannot write ${path} (${code}). Set DATA_FOLDER to a folder that can be written.`;
  return explainDatabase(databaseCode(error), error, variable ?? 'DATABASE_URL');
}

function explainDatabase(sqlState: string | null, error: Error, variable: string): string | null {
  const message = refusalOf(error);
  if (sqlState === null) return null;
  if (sqlState === '08P01' && /startup parameter/.test(message))
    return `${variable} is that of a pooler. Set DATABASE_DIRECT_URL to the database itself (docs/scaling.md).`;
  if (sqlState === '28P01' || sqlState === '28000')
    return `The database refuses the user or password of ${variable}.`;
  if (sqlState === '42501')
    return `The role of ${variable} lacks a right: ${message}. Commands about refunds need a worker's role, others the owner's.`;
  if (sqlState === '55P03')
    return 'A migration did not get a table within five seconds: a long transaction has it. Start again.';
  if (sqlState === '3D000') return `The database that ${variable} names does not exist. Create it first.`;
  // What the driver says when the last host that it asked is read only.
  if (sqlState === 'CONNECTION_DESTROYED')
    return `No host of ${variable} takes writes: each is away, a standby or read only.`;
  if (/^[A-Z_]+$/.test(sqlState))
    return `Cannot reach the database of ${variable} (${sqlState}). Is it running?`;
  return null;
}

/** PostgreSQL's own message. Drizzle wraps it in one that holds the statement. */
function refusalOf(error: Error): string {
  let said = error;
  while (said.cause instanceof Error) said = said.cause;
  return said.message;
}

interface ExplainedError extends NodeJS.ErrnoException {
  port?: number;
  /** Which setting the port or the database came from, unless it is PORT or DATABASE_URL. */
  variable?: string;
}

function explainListen(code: string | undefined, port: number | null, variable: string): string {
  const where = port === null ? 'the address' : `port ${port}`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use, perhaps by another Usher. Stop it, or set ${variable} to another.`;
  if (code === 'EACCES') return `This user may not listen on ${where}. Set ${variable} to one above 1023.`;
  return `Cannot listen on ${where} (${code}). Check HOST and ${variable}.`;
}
