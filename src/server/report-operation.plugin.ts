import type { ApolloServerPlugin } from '@apollo/server';
import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Metrics } from '../telemetry/metrics.ts';
import type { OperationContext } from './operation-context.ts';

const LONGEST_NAME = 64;

/** Writes into a request's report which operation it was, and what came of it. */
export function reportOperation({ rateLimitedAttempts }: Metrics): ApolloServerPlugin<OperationContext> {
  return {
    requestDidStart: async ({ contextValue: { report } }) => ({
      didResolveOperation: async ({ operation, operationName }) => {
        report.operation = rootFieldOf(operation);
        report.operationName = operationName?.slice(0, LONGEST_NAME) ?? null;
      },
      willSendResponse: async ({ response: { body } }) => {
        const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
        if (!errors?.length) return;
        const codes = errors.map(({ extensions }) => String(extensions?.code));
        report.outcome = codes[0] ?? 'OK';
        const errorId = errors.find(({ extensions }) => extensions?.errorId)?.extensions?.errorId;
        if (typeof errorId === 'string') report.errorId = errorId;
        rateLimitedAttempts.inc(codes.filter((code) => code === 'RATE_LIMITED').length);
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
