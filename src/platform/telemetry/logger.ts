import { type DestinationStream, destination, type LevelWithSilent, type Logger, pino } from 'pino';
import { logError } from '../errors/log-error.ts';

/** Lines of no urgency wait at most so long, or until there are so many characters of them. */
const WAIT_MS = 1_000;
const GATHERED = 4_096;
/** pino's number. */
const WARNING = pino.levels.values.warn ?? 40;

/** Writes JSON lines, by default to stdout; errors without what a statement was given. */
export function createLogger(level: LevelWithSilent, to?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: logError } };
  return to ? pino(options, to) : gathering(options);
}

/**
 * A system call for each line costs a request a twelfth of its time, so lines are written together; a warning, and
 * whatever is graver, at once, with all that came before it. Who kills the process with -9 loses a second of the rest.
 */
function gathering(options: pino.LoggerOptions): Logger {
  const stdout = destination({ sync: true, minLength: GATHERED, periodicFlush: WAIT_MS });
  process.once('exit', () => stdout.flush());
  const hooks: pino.LoggerOptions['hooks'] = {
    logMethod(args, write, level) {
      write.apply(this, args);
      if (level >= WARNING) stdout.flush();
    },
  };
  return pino({ ...options, hooks }, stdout);
}
