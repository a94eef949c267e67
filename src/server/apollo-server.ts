import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { InMemoryLRUCache } from '@apollo/utils.keyvaluecache';
import type { Logger } from 'pino';
import { toClientError } from '../errors/mask-error.ts';
import { costLimit } from '../limits/cost-limit.plugin.ts';
import { MAX_COST, queryLimits } from '../limits/query-limits.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { buildSchema } from './build-schema.ts';
import type { OperationContext } from './operation-context.ts';
import { reportOperation } from './report-operation.plugin.ts';
import { statusOfJson } from './status-of-json.plugin.ts';

interface ApolloOptions {
  log: Logger;
  metrics: Metrics;
  introspection: boolean;
  /** Whether clients may register operations of their own by hash (automatic persisted queries). */
  anyOperation: boolean;
}

/** As JSON; parsed, a document takes several times as much. Apollo's default is thirty megabytes. */
const MOST_BYTES_KEPT = 4 * 2 ** 20;

/** The GraphQL engine, started; stop() drains it. */
export async function startApolloServer({
  log,
  metrics,
  introspection,
  anyOperation,
}: ApolloOptions): Promise<ApolloServer<OperationContext>> {
  const server = new ApolloServer<OperationContext>({
    ...queryLimits(introspection),
    schema: await buildSchema(),
    introspection,
    includeStacktraceInErrorResponses: false,
    // The process hears the signals and stops its parts in order.
    stopOnTerminationSignals: false,
    logger: log,
    // Documents and what clients register by hash; what was not asked for longest goes first.
    documentStore: new InMemoryLRUCache({ maxSize: MOST_BYTES_KEPT }),
    cache: new InMemoryLRUCache({ maxSize: MOST_BYTES_KEPT }),
    ...(anyOperation ? {} : { persistedQueries: false as const }),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      costLimit(MAX_COST),
      reportOperation(metrics),
      statusOfJson,
    ],
    formatError: (formatted, error) => {
      const { message, extensions } = toClientError(error, log);
      // How Apollo answers over HTTP is no business of the client's.
      const { http: _, ...facts } = extensions;
      return {
        ...formatted,
        message: introspection ? message : withoutSuggestion(message),
        extensions: facts,
      };
    },
  });
  await server.start();
  return server;
}

/** Guesses would tell the schema name by name. (Apollo's own option forgets the errors of variables.) */
function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?$/, '');
}
