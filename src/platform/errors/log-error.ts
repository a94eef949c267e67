import { DrizzleQueryError } from 'drizzle-orm';

interface LoggedError {
  type: string;
  message: string;
  code?: string;
  table?: string;
  constraint?: string;
  /** The frames, without the message that `Error.stack` begins with. */
  stack: string[];
  cause?: LoggedError;
}

/**
 * Serializes an error for the log (pino's `err`), without any value of a statement. Drizzle puts the parameters into
 * its message. PostgreSQL puts values into `detail` and `where`, and for bad data (SQLSTATE class 22) into its message.
 */
export function logError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error', stack: [] };
  const code = textOf(error, 'code');
  const table = textOf(error, 'table_name');
  const constraint = textOf(error, 'constraint_name');
  return {
    type: error.constructor.name,
    message: messageOf(error, code),
    ...(code !== null && { code }),
    ...(table !== null && { table }),
    ...(constraint !== null && { constraint }),
    stack: framesOf(error),
    ...(error.cause instanceof Error && { cause: logError(error.cause) }),
  };
}

function messageOf(error: Error, code: string | null): string {
  if (error instanceof DrizzleQueryError) return `Failed query: ${error.query}`;
  return /^22...$/.test(code ?? '') ? 'bad data' : error.message;
}

function framesOf({ stack = '', message }: Error): string[] {
  const start = stack.indexOf(message);
  if (start === -1) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
}

function textOf(error: Error, name: string): string | null {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : null;
}
