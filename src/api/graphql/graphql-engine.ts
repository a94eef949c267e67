import type { IncomingMessage } from 'node:http';
import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  HeaderMap,
  type HTTPGraphQLResponse,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import { execute, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { checkPlugin, createOperationCheck } from '../limits/check-operation.ts';
import { MAX_COST, queryLimits } from '../limits/query-limits.ts';
import { buildSchema } from './build-schema.ts';
import { createExecutor, type ExecuteOperation, RUNS_BEFORE_COMPILING } from './execute-operation.ts';
import { createFastPath } from './fast-path.ts';
import { createErrorFormat } from './format-error.ts';
import { httpStatus } from './http-status.ts';
import type { OperationContext } from './operation-context.ts';
import type { SentOperation } from './read-operation.ts';
import { PREFLIGHTED_HEADERS } from './read-search.ts';
import { reportPlugin } from './request-report.ts';

export interface GraphQLEngine {
  /** Parses, validates, checks and executes an operation. Errors are part of the answer. */
  answer(
    request: IncomingMessage,
    sent: SentOperation,
    context: OperationContext,
  ): Promise<HTTPGraphQLResponse>;
  stop(): Promise<void>;
}

export interface EngineOptions {
  log: Logger;
  metrics: Metrics;
  introspection: boolean;
  /** Whether clients may register operations by hash (automatic persisted queries). */
  anyOperation: boolean;
  /** For tests, which compile on the first run or never. */
  runsBeforeCompiling?: number;
  /** For tests, which compare answers with and without it. */
  useFastPath?: boolean;
}

/** Bytes of JSON; a parsed document takes several times as much memory. Apollo's default is 30 MB. */
const MOST_BYTES_KEPT = 4 * 2 ** 20;

/** Starts Apollo Server, and the fast path that bypasses it for known operations. */
export async function startGraphQLEngine({
  log,
  metrics,
  introspection,
  anyOperation,
  runsBeforeCompiling = RUNS_BEFORE_COMPILING,
  useFastPath = true,
}: EngineOptions): Promise<GraphQLEngine> {
  const schema = await buildSchema();
  const check = createOperationCheck(schema, MAX_COST);
  const execute = createExecutor(schema, runsBeforeCompiling);
  const formatError = createErrorFormat(log, introspection);
  const fastPath = useFastPath ? createFastPath({ check, execute, formatError, metrics }) : null;
  const apollo = new ApolloServer<OperationContext>({
    ...queryLimits(introspection),
    gateway: executingBy(execute, schema),
    introspection,
    // readSearch refuses such requests before. This also covers whatever is changed there.
    csrfPrevention: { requestHeaders: PREFLIGHTED_HEADERS },
    includeStacktraceInErrorResponses: false,
    // main.ts handles the signals and stops everything in order.
    stopOnTerminationSignals: false,
    logger: log,
    // The parsed documents, and the operations that clients register by hash.
    documentStore: new InMemoryLRUCache({ maxSize: MOST_BYTES_KEPT }),
    cache: new InMemoryLRUCache({ maxSize: MOST_BYTES_KEPT }),
    ...(anyOperation ? {} : { persistedQueries: false as const }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      checkPlugin(check),
      reportPlugin(metrics),
      httpStatus,
      ...(fastPath ? [fastPath.plugin] : []),
    ],
    formatError,
  });
  await apollo.start();
  return {
    answer: async (request, sent, context) =>
      (await fastPath?.answer(sent.body, context)) ??
      apollo.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: request.method ?? 'POST',
          headers: headersOf(request, context),
          ...sent,
        },
        context: async () => context,
      }),
    stop: () => apollo.stop(),
  };
}

type Gateway = ApolloServerOptionsWithGateway<OperationContext>['gateway'];

/** Apollo has no option for another executor, but delegates execution to a gateway. */
function executingBy(executeOperation: ExecuteOperation, schema: GraphQLSchema): Gateway {
  return {
    load: async () => ({
      executor: async ({ document, operation, context, request }) => {
        const result = operation
          ? executeOperation({ document, operation }, context, request.variables ?? {})
          : // It returns the error that names the missing operation.
            execute({ schema, document, operationName: request.operationName });
        return (await result) as { data?: Record<string, unknown> };
      },
    }),
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    stop: async () => {},
  };
}

/** Apollo negotiates once more, by a stricter reading of Accept. */
function headersOf({ headers }: IncomingMessage, { mediaType }: OperationContext): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  map.set('accept', mediaType);
  return map;
}
