import { type DestinationStream, destination, type LevelWithSilent, type Logger, pino } from 'pino';
import { logError } from '../errors/log-error.ts';

/** Lines below a warning are buffered for this time, or up to this length. */
const FLUSH_EVERY_MS = 1_000;
const BUFFER_LENGTH = 4_096;
/** pino's number for the level. */
const WARNING = pino.levels.values.warn ?? 40;

/** Writes JSON lines, by default to stdout. Errors are logged without the values of statements. */
export function createLogger(level: LevelWithSilent, to?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: logError } };
  return to ? pino(options, to) : buffered(options);
}

/**
 * Buffers lines, since a system call per line would take a twelfth of the time of a request. A warning or error flushes
 * the buffer. SIGKILL loses at most the last second of other lines.
 */
function buffered(options: pino.LoggerOptions): Logger {
  const stdout = destination({ sync: true, minLength: BUFFER_LENGTH, periodicFlush: FLUSH_EVERY_MS });
  process.once('exit', () => stdout.flush());
  const hooks: pino.LoggerOptions['hooks'] = {
    logMethod(args, write, level) {
      write.apply(this, args);
      if (level >= WARNING) stdout.flush();
    },
  };
  return pino({ ...options, hooks }, stdout);
}
