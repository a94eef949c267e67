import { setTimeout as sleep } from 'node:timers/promises';

export { sleep };

/** Waits for a condition, with a time-out. */
export async function until(
  what: string,
  seconds: number,
  isSo: () => boolean | Promise<boolean>,
  pauseMs = 50,
): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`waited ${seconds} s in vain until ${what}`);
    await sleep(pauseMs);
  }
}
