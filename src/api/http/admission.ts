import { UsherError } from '../../platform/errors/usher-error.ts';

/**
 * Limits the GraphQL requests that a process works on at the same time. Excess requests are rejected immediately: a
 * queue would delay everybody, and spend work on answers that clients no longer wait for.
 */
export interface Admission {
  /**
   * Admits a request of a viewer. All anonymous requests count as one viewer, null.
   *
   * @returns releases the place; call it once, when the work is done, even if the answer was sent earlier
   * @throws UsherError SERVICE_UNAVAILABLE if the process or the viewer has too many requests in flight
   */
  enter(viewerId: string | null): () => void;
  /**
   * Rejects a request before its token is verified and its body is read.
   *
   * @throws UsherError SERVICE_UNAVAILABLE if the process has too many requests in flight
   */
  refuseWhenFull(): void;
  inFlight(): number;
}

export interface AdmissionLimits {
  atOnce: number;
  /** Less than `atOnce`, so that one viewer cannot block all others. */
  atOncePerViewer: number;
}

/** Seconds. A place is free as soon as any request is answered. */
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
