import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';
import { logError } from '../errors/log-error.ts';

/** Writes JSON lines, by default to stdout; errors without what a statement was given. */
export function createLogger(level: LevelWithSilent, destination?: DestinationStream): Logger {
  const options = { level, base: null, serializers: { err: logError } };
  return destination ? pino(options, destination) : pino(options);
}
