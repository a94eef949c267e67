import type { Logger } from 'pino';

/** Milliseconds. Clocks that are set little by little, and the time of a query, stay below. */
const JUMP_MS = 5_000;
const LOOK_EVERY_MS = 10_000;

/**
 * Returns a function that receives the time of a clock now and then, and logs when that clock jumped: when it did not
 * advance as the monotonic clock of this process did.
 *
 * @param whose names the clock in the log
 * @param steady milliseconds of the monotonic clock; tests replace it
 */
export function createClockWatch(
  log: Logger,
  whose: string,
  steady: () => number = () => performance.now(),
): (time: Date) => void {
  let offset: number | null = null;
  return (time) => {
    const now = time.getTime() - steady();
    const jumpedMs = offset === null ? 0 : now - offset;
    offset = now;
    if (Math.abs(jumpedMs) > JUMP_MS)
      log.warn({ clock: whose, seconds: Math.round(jumpedMs / 1_000) }, 'a clock jumped');
  };
}

/** Watches the clock of this process. Returns a function that ends it. */
export function watchProcessClock(log: Logger): () => void {
  const look = createClockWatch(log, 'process');
  const timer = setInterval(() => look(new Date()), LOOK_EVERY_MS).unref();
  look(new Date());
  return () => clearInterval(timer);
}
