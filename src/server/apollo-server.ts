import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from 'pino';
import { toClientError } from '../errors/mask-error.ts';
import type { RequestContext } from '../tickets/request-context.ts';
import { buildSchema } from './build-schema.ts';
import { costLimit } from './cost-limit.plugin.ts';
import { MAX_COST, queryLimits } from './query-limits.ts';

/** The GraphQL engine, started; stop() drains it. */
export async function startApolloServer(
  log: Logger,
  introspection: boolean,
): Promise<ApolloServer<RequestContext>> {
  const server = new ApolloServer<RequestContext>({
    ...queryLimits,
    schema: await buildSchema(),
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    // The process hears the signals and stops its parts in order.
    stopOnTerminationSignals: false,
    logger: log,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      costLimit(MAX_COST),
    ],
    formatError: (formatted, error) => {
      const { message, extensions } = toClientError(error, log);
      // How Apollo answers over HTTP is no business of the client's.
      const { http: _, ...facts } = extensions;
      return { ...formatted, message, extensions: facts };
    },
  });
  await server.start();
  return server;
}
