import type { Logger } from 'pino';
import type { ExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { listen } from '../api/http/listening-server.ts';
import { findWebClient } from '../dev/build-web-client.ts';
import { addConnectionsGauge } from '../platform/telemetry/gauge.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import type { Config } from './config/config.ts';
import { openApiDatabase } from './open-api-database.ts';
import { serveMetrics } from './serve-metrics.ts';
import { createShutdownStack } from './shutdown-stack.ts';
import { startApi } from './start-api.ts';
import { startBackground } from './start-background.ts';

export interface Usher {
  /** http://host:port; null for a worker, which listens nowhere. */
  origin: string | null;
  /** A token of the demo user; null in production. */
  demoToken: string | null;
  /** Whether the web client is served at the origin. */
  hasWebClient: boolean;
  /** A demo ticket that can be cancelled now; null in production. */
  example: ExampleTicket | null;
  /** Lets requests and jobs under way finish, then stops everything that was started, the embedded database last. */
  stop(): Promise<void>;
}

/**
 * Starts every part of Usher that its role has, in order, in this process. What runs already is stopped again when a
 * later part fails.
 *
 * @param tell is told of each longer step, in words for the terminal
 */
export async function startUsher(config: Config, log: Logger, tell: (line: string) => void): Promise<Usher> {
  const server = config.role === 'worker' ? null : await listen(config.port, config.host);
  const origin = server?.origin ?? null;
  const metrics = createMetrics();
  const readMetrics = () => metrics.registry.metrics();
  const shutdown = createShutdownStack();
  const stop = async (drainMs = 0) => {
    await server?.close({ drainMs });
    await shutdown.disposeAsync();
  };

  try {
    if (config.metricsPort !== null)
      await serveMetrics(config.metricsPort, config.host, readMetrics, shutdown);
    const background = await startBackground(config, { origin, log, metrics, tell, shutdown });
    const { database, databaseUrl, webhookSecret, example } = background;
    const apiDatabase =
      server && config.pooler ? await openApiDatabase(config, databaseUrl, shutdown) : database;
    addConnectionsGauge(metrics.registry, new Set([database, apiDatabase]));
    const webClient = config.webClient ? findWebClient() : null;
    const services = { db: apiDatabase.db, log, metrics, readMetrics, webhookSecret, webClient };
    const api = server && (await startApi(server, config, services));
    if (api) shutdown.defer(api.stop);
    return {
      origin,
      demoToken: api?.demoToken ?? null,
      hasWebClient: webClient !== null,
      example,
      stop: () => stop(config.drainMs),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
