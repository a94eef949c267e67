import type { IncomingMessage } from 'node:http';
import { UsherError } from '../../platform/errors/usher-error.ts';

/** The most bytes of one body, also decompressed. */
export const LARGEST_BODY = 100 * 1_024;

/** Who sends a body: a user's id, null for everybody who is not signed in, or the payment provider. */
export type BodyReader = string | null | typeof WEBHOOKS;
export const WEBHOOKS = Symbol('webhooks');

/**
 * Limits the memory of bodies that are being read, which may arrive slowly. A body takes its place by its size before
 * its first byte is read.
 */
export interface BodyAdmission {
  /**
   * @returns the size of the place; pass it to `leave` once the body is read or lost
   * @throws UsherError SERVICE_UNAVAILABLE if the process or the reader has too many bytes under way
   */
  enter(reader: BodyReader, request: IncomingMessage): number;
  leave(reader: BodyReader, size: number): void;
  /** The bytes of all places taken. */
  bytes(): number;
}

/** For all bodies that a process reads concurrently: some thousands of usual size, 160 of the largest. */
const MOST_BYTES = 16 * 2 ** 20;
/** A quarter, so that nobody can block all others, and those who are not signed in nobody who is. */
const MOST_BYTES_PER_READER = MOST_BYTES / 4;
/** The bytes of a request besides its body. */
const OVERHEAD = 4 * 1_024;
/** The bytes of a decompressor. */
const DECOMPRESSOR = 256 * 1_024;
/** Seconds. */
const RETRY_AFTER_SECONDS = 1;

/** Creates the admission of a process. */
export function createBodyAdmission(): BodyAdmission {
  const ofReaders = new Map<BodyReader, number>();
  let bytes = 0;
  return {
    enter(reader, request) {
      const size = sizeOf(request);
      const ofReader = ofReaders.get(reader) ?? 0;
      if (bytes + size > MOST_BYTES || ofReader + size > MOST_BYTES_PER_READER)
        throw new UsherError('SERVICE_UNAVAILABLE', { retryAfterSeconds: RETRY_AFTER_SECONDS });
      bytes += size;
      ofReaders.set(reader, ofReader + size);
      return size;
    },
    leave(reader, size) {
      bytes -= size;
      const left = (ofReaders.get(reader) ?? 0) - size;
      if (left > 0) ofReaders.set(reader, left);
      else ofReaders.delete(reader);
    },
    bytes: () => bytes,
  };
}

/** The bytes that reading a body may take. A body that is compressed or has no length counts as the largest one. */
function sizeOf({ headers }: IncomingMessage): number {
  const { 'content-length': length, 'content-encoding': encoding = 'identity' } = headers;
  const isCompressed = encoding.toLowerCase() !== 'identity';
  const isUnknown = isCompressed || headers['transfer-encoding'] !== undefined;
  const body = isUnknown ? LARGEST_BODY : Math.min(Number(length ?? 0), LARGEST_BODY);
  return OVERHEAD + body + (isCompressed ? DECOMPRESSOR : 0);
}
