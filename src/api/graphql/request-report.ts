import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import { type GraphQLFormattedError, Kind, type OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { newRequestId, readTraceId } from '../../platform/telemetry/trace.ts';

/** Reports one GraphQL request: one log line and the request metrics. */
export interface RequestReport {
  traceId: string;
  requestId: string;
  /** `performance.now()`. */
  startedAt: number;
  /** The root field, or `several`, `introspection`, or `none` if no operation was found. A label of metrics. */
  operation: string;
  /** The name that the client gave the operation. */
  operationName: string | null;
  /** OK, or the code of the first error. A label of metrics. */
  outcome: string;
  /** The id under which an unexpected error was logged. */
  errorId?: string;
}

const LONGEST_NAME = 64;

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

/** Records which operation the request runs. */
export function reportOperation(report: RequestReport, operation: OperationDefinitionNode | undefined): void {
  report.operation = rootFieldOf(operation);
  report.operationName = operation?.name?.value.slice(0, LONGEST_NAME) ?? null;
}

/** Records the outcome of the request, and counts its rate-limited cancellations. */
export function reportErrors(
  report: RequestReport,
  errors: readonly GraphQLFormattedError[] | undefined,
  { rateLimitedAttempts }: Metrics,
): void {
  if (!errors?.length) return;
  const codes = errors.map(({ extensions }) => String(extensions?.code));
  report.outcome = codes[0] ?? 'OK';
  const errorId = errors.find(({ extensions }) => extensions?.errorId)?.extensions?.errorId;
  if (typeof errorId === 'string') report.errorId = errorId;
  rateLimitedAttempts.inc(codes.filter((code) => code === 'RATE_LIMITED').length);
}

/** Fills in the reports of the operations that Apollo executes. */
export function reportPlugin(metrics: Metrics): ApolloServerPlugin<{ report: RequestReport }> {
  return {
    requestDidStart: async ({ contextValue: { report } }) => ({
      didResolveOperation: async ({ operation }) => reportOperation(report, operation),
      willSendResponse: async ({ response: { body } }) => {
        if (body.kind === 'single') reportErrors(report, body.singleResult.errors, metrics);
      },
    }),
  };
}

/** Logs and counts the request. Call it once the response is finished or its client has disconnected. */
export function sendReport(
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

/** Assumes a valid operation, so a field is one of the schema or of introspection. */
function rootFieldOf(operation: OperationDefinitionNode | undefined): string {
  if (!operation) return 'none';
  const { selections } = operation.selectionSet;
  const [first] = selections;
  if (selections.length > 1 || first?.kind !== Kind.FIELD) return 'several';
  return first.name.value.startsWith('__') ? 'introspection' : first.name.value;
}
