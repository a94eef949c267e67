import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { newRequestId, readTraceId } from '../../platform/telemetry/trace.ts';

/** What operators are told of one GraphQL request: a line in the log, and its counts. */
export interface RequestReport {
  traceId: string;
  requestId: string;
  /** Milliseconds of the process's own clock. */
  startedAt: number;
  /** The root field; `several`, `introspection`, or `none` where nothing could be run. A label of metrics. */
  operation: string;
  /** As the client calls the operation. */
  operationName: string | null;
  /** OK, or the code of the first error. A label of metrics. */
  outcome: string;
  /** Under which a mistake of ours was logged. */
  errorId?: string;
}

export function startReport({ headers }: IncomingMessage): RequestReport {
  return {
    traceId: readTraceId(headers.traceparent?.toString()),
    requestId: newRequestId(),
    startedAt: performance.now(),
    operation: 'none',
    operationName: null,
    outcome: 'OK',
  };
}

/** When the answer is sent, or cannot be sent any more. */
export function tellReport(
  report: RequestReport,
  { statusCode, writableFinished }: ServerResponse,
  log: Logger,
  { requests, requestSeconds }: Metrics,
): void {
  const { traceId, requestId, startedAt, operation, operationName, errorId } = report;
  const milliseconds = performance.now() - startedAt;
  const outcome = writableFinished ? report.outcome : 'CLIENT_LEFT';
  requests.inc({ operation, outcome });
  requestSeconds.observe({ operation }, milliseconds / 1_000);
  const ms = Math.round(milliseconds * 10) / 10;
  log.info(
    { traceId, requestId, operation, operationName, outcome, errorId, status: statusCode, ms },
    'request',
  );
}
