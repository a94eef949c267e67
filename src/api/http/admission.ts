import { UsherError } from '../../platform/errors/usher-error.ts';

/**
 * How many GraphQL requests a process works on at once. What comes beyond that is told so at once: a queue would make
 * everybody late, and work on answers that nobody waits for any more.
 */
export interface Admission {
  /**
   * Takes a place for a viewer; null is everybody who is not signed in.
   *
   * @returns gives the place back; to be called once, when the work is done, even if the answer was sent before
   * @throws UsherError SERVICE_UNAVAILABLE when the process, or this viewer, has too many under way
   */
  enter(viewerId: string | null): () => void;
  /**
   * Spares a full process the rest: whoever cannot be let in needs no token verified and no body read.
   *
   * @throws UsherError SERVICE_UNAVAILABLE when every place is taken
   */
  refuseWhenFull(): void;
  inFlight(): number;
}

export interface AdmissionLimits {
  atOnce: number;
  /** So that one viewer cannot take every place. */
  atOncePerViewer: number;
}

/** Seconds: a place is free again as soon as a request is answered. */
const RETRY_AFTER_SECONDS = 1;

export function createAdmission({ atOnce, atOncePerViewer }: AdmissionLimits): Admission {
  const ofViewers = new Map<string | null, number>();
  let inFlight = 0;
  const refuse = () => {
    throw new UsherError('SERVICE_UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER_SECONDS });
  };
  return {
    enter(viewerId) {
      const ofViewer = ofViewers.get(viewerId) ?? 0;
      if (inFlight >= atOnce || ofViewer >= atOncePerViewer) refuse();
      inFlight += 1;
      ofViewers.set(viewerId, ofViewer + 1);
      return () => {
        inFlight -= 1;
        const left = (ofViewers.get(viewerId) ?? 0) - 1;
        if (left > 0) ofViewers.set(viewerId, left);
        else ofViewers.delete(viewerId);
      };
    },
    refuseWhenFull: () => {
      if (inFlight >= atOnce) refuse();
    },
    inFlight: () => inFlight,
  };
}
