import type { ApolloServerPlugin } from '@apollo/server';
import { type GraphQLFormattedError, Kind, type OperationDefinitionNode } from 'graphql';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { OperationContext } from './operation-context.ts';
import type { RequestReport } from './request-report.ts';

const LONGEST_NAME = 64;

/** Writes into a request's report which operation it is. */
export function reportOperation(report: RequestReport, operation: OperationDefinitionNode | undefined): void {
  report.operation = rootFieldOf(operation);
  report.operationName = operation?.name?.value.slice(0, LONGEST_NAME) ?? null;
}

/** Writes into a request's report what came of it, and counts what came of its cancellations. */
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

/** Reports what Apollo executes. */
export function reportToOperators(metrics: Metrics): ApolloServerPlugin<OperationContext> {
  return {
    requestDidStart: async ({ contextValue: { report } }) => ({
      didResolveOperation: async ({ operation }) => reportOperation(report, operation),
      willSendResponse: async ({ response: { body } }) => {
        if (body.kind === 'single') reportErrors(report, body.singleResult.errors, metrics);
      },
    }),
  };
}

/** The operation is valid by now: its fields are the schema's, or fragments and introspection. */
function rootFieldOf(operation: OperationDefinitionNode | undefined): string {
  if (!operation) return 'none';
  const { selections } = operation.selectionSet;
  const [first] = selections;
  if (selections.length > 1 || first?.kind !== Kind.FIELD) return 'several';
  return first.name.value.startsWith('__') ? 'introspection' : first.name.value;
}
