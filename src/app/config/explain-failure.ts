import { RoleSettingsError } from '../../platform/db/check-role-settings.ts';
import { DatabaseRefusedError } from '../../platform/db/database-refused.error.ts';
import { DistributionError } from '../../platform/db/distribution/distribution-error.ts';
import { MigrationLockError } from '../../platform/db/migrate.ts';
import { databaseCode } from '../../platform/errors/database-fault.ts';
import { OperatorError } from '../../platform/errors/operator-error.ts';

/** Errors whose message already says what to do. */
const EXPLAINED = [
  OperatorError,
  MigrationLockError,
  RoleSettingsError,
  DatabaseRefusedError,
  DistributionError,
];

/** Explains an error and says what to do. Returns null for an error that the person who runs the program cannot fix. */
export function explainFailure(error: unknown): string | null {
  if (EXPLAINED.some((kind) => error instanceof kind)) return (error as Error).message;
  if (!(error instanceof Error)) return null;
  const { code, syscall, port, path, variable } = error as ExplainedError;
  if (syscall === 'listen') return explainListen(code, port ?? null, variable ?? 'PORT');
  if (path !== undefined)
    return `Cannot write ${path} (${code}). Set DATA_FOLDER to a folder that can be written.`;
  return explainDatabase(databaseCode(error), error, variable ?? 'DATABASE_URL');
}

/** Node's codes of certificates that are self-signed, unknown, expired, or of another name. */
const CERTIFICATE_CODES = /CERT|UNABLE_TO_|ISSUER|SIGNATURE/;

function explainDatabase(sqlState: string | null, error: Error, variable: string): string | null {
  const message = messageOfCause(error);
  if (sqlState === null) return null;
  if (sqlState === '08P01' && /startup parameter/.test(message))
    return `${variable} is that of a pooler. Set DATABASE_DIRECT_URL to the database itself (docs/scaling.md).`;
  if (sqlState === '28P01' || sqlState === '28000')
    return /no encryption/.test(message)
      ? `The database of ${variable} takes no connection without TLS: add sslmode=require or verify-full.`
      : `The database refuses the user or password of ${variable}.`;
  if (sqlState === '42501')
    return `The role of ${variable} lacks a right: ${message}. Commands about refunds need a worker's role, others the owner's.`;
  if (sqlState === '55P03')
    return 'A migration did not get a table within five seconds: a long transaction has it. Start again.';
  if (sqlState === '3D000') return `The database that ${variable} names does not exist. Create it first.`;
  if (sqlState === 'NO_TLS')
    return `The database of ${variable} does not speak TLS, which its sslmode requires.`;
  if (CERTIFICATE_CODES.test(sqlState))
    return `The certificate of the database of ${variable} cannot be verified (${sqlState}). Name its authority by sslrootcert, and connect to a name of the certificate.`;
  // The code of the driver if the last host that it tried is read only.
  if (sqlState === 'CONNECTION_DESTROYED')
    return `No host of ${variable} takes writes: each is away, a standby or read only.`;
  if (/^[A-Z_]+$/.test(sqlState))
    return `Cannot reach the database of ${variable} (${sqlState}). Is it running?`;
  return null;
}

/** PostgreSQL's own message. Drizzle wraps it in an error whose message contains the statement. */
function messageOfCause(error: Error): string {
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause.message;
}

interface ExplainedError extends NodeJS.ErrnoException {
  port?: number;
  /** The variable that the port or database came from. Default: PORT or DATABASE_URL. */
  variable?: string;
}

function explainListen(code: string | undefined, port: number | null, variable: string): string {
  const where = port === null ? 'the address' : `port ${port}`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use, perhaps by another Usher. Stop it, or set ${variable} to another.`;
  if (code === 'EACCES') return `This user may not listen on ${where}. Set ${variable} to one above 1023.`;
  return `Cannot listen on ${where} (${code}). Check HOST and ${variable}.`;
}
