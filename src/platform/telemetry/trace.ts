import { randomUUID } from 'node:crypto';

/**
 * https://www.w3.org/TR/trace-context/#traceparent-header, of which only the trace is of use here. More may follow in
 * versions after 00 only.
 */
const TRACEPARENT =
  /^(?:00(?=.{53}$)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** The id that joins what is logged of a request, its jobs and their calls of the gateway: 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The trace that a `traceparent` header continues; a new one for none or a broken one. */
export function readTraceId(traceparent: string | undefined): string {
  return (traceparent && TRACEPARENT.exec(traceparent)?.[1]) || newTraceId();
}

/** Names one request within its trace: 16 hexadecimal digits. */
export function newRequestId(): string {
  return newTraceId().slice(-16);
}
