import { randomUUID } from 'node:crypto';

/**
 * https://www.w3.org/TR/trace-context/#traceparent-header. Only the trace id is used. Only versions after 00 may have
 * more fields.
 */
const TRACEPARENT =
  /^(?:00(?=.{53}$)|(?!00|ff)[0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:$|-)/;

/** An id for all log lines of a request, its jobs and their calls of the gateway: 32 hexadecimal digits. */
export function newTraceId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The trace id of a `traceparent` header. Without a valid header, a new one. */
export function readTraceId(traceparent: string | undefined): string {
  return (traceparent && TRACEPARENT.exec(traceparent)?.[1]) || newTraceId();
}

/** An id for one request of a trace: 16 hexadecimal digits. */
export function newRequestId(): string {
  return newTraceId().slice(-16);
}
