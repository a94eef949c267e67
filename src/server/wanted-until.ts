import type { ServerResponse } from 'node:http';
import { UsherError } from '../errors/usher-error.ts';

/** Longer than a wait for a lock and a statement together; nothing of ours takes that long when all is well. */
export const REQUEST_DEADLINE_MS = 10_000;
/** Seconds. */
const RETRY_AFTER = 2;

export interface Wanted {
  /** Aborted when nobody waits for the answer any more; its reason is the error to answer with. */
  signal: AbortSignal;
  /** Rejects with that error then. */
  givenUp: Promise<never>;
}

/** An answer is wanted until the deadline, and as long as the client is there. */
export function wantedUntil(response: ServerResponse, deadlineMs: number): Wanted {
  const controller = new AbortController();
  const { signal } = controller;
  const giveUp = () =>
    controller.abort(new UsherError('SERVICE_UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER }));
  const timer = setTimeout(giveUp, deadlineMs);
  response.once('close', () => {
    clearTimeout(timer);
    if (!response.writableFinished) giveUp();
  });
  const givenUp = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return { signal, givenUp };
}
