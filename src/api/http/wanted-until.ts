import type { IncomingMessage, ServerResponse } from 'node:http';
import { UsherError } from '../../platform/errors/usher-error.ts';
import { HttpError } from './http-error.ts';
import { onceOver } from './once-over.ts';

/** Longer than a wait for a lock and a statement together; nothing of ours takes that long when all is well. */
export const REQUEST_DEADLINE_MS = 10_000;
/** Seconds. */
const RETRY_AFTER = 2;

export interface Wanted {
  /** Throws when nobody waits for the answer any more: what has not begun by then must not begin. */
  throwIfUnwanted(): void;
  /** Rejects then, with the error to answer with. */
  givenUp: Promise<never>;
  /** To be told when the whole request has come: until then it is the client who is late. */
  received(): void;
}

/** An answer is wanted until the deadline, and as long as the client is there. */
export function wantedUntil(request: IncomingMessage, response: ServerResponse, deadlineMs: number): Wanted {
  let unwanted: Error | null = null;
  let isReceived = false;
  let endRace: (reason: Error) => void;
  const givenUp = new Promise<never>((_, reject) => {
    endRace = reject;
  });
  // The answer may have won the race before.
  givenUp.catch(() => {});
  const giveUp = () => {
    unwanted = isReceived
      ? new UsherError('SERVICE_UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER })
      : new HttpError(408, 'The request did not arrive in time.', { connection: 'close' });
    endRace(unwanted);
  };
  const timer = setTimeout(giveUp, deadlineMs);
  onceOver(request, response, () => {
    clearTimeout(timer);
    if (!response.writableFinished) giveUp();
  });
  return {
    givenUp,
    throwIfUnwanted: () => {
      if (unwanted) throw unwanted;
    },
    received: () => {
      isReceived = true;
    },
  };
}
