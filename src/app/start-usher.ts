import type { Logger } from 'pino';
import type { ExampleTicket } from '../api/graphiql/find-example-ticket.ts';
import { listen } from '../api/http/listening-server.ts';
import { findWebClient } from '../api/http/web-client.ts';
import { addConnectionsGauge } from '../platform/telemetry/gauge.ts';
import { createMetrics } from '../platform/telemetry/metrics.ts';
import type { Config } from './config/config.ts';
import { openApiDatabase } from './open-api-database.ts';
import { serveMetrics } from './serve-metrics.ts';
import { createShutdownStack } from './shutdown-stack.ts';
import { startApi } from './start-api.ts';
import { startBackground } from './start-background.ts';

export interface Usher {
  /** http://host:port. Null for a worker, which does not listen. */
  origin: string | null;
  /** A token of the demo user. Null in production. */
  demoToken: string | null;
  /** Whether the web client is served at the origin. */
  hasWebClient: boolean;
  /** A demo ticket that can be cancelled now. Null in production. */
  example: ExampleTicket | null;
  /** Waits for running requests and jobs, then stops everything that was started, the embedded database last. */
  stop(): Promise<void>;
}

/**
 * Starts the parts of this process's role in order. If one fails, those before it are stopped.
 *
 * @param tell receives a line for the terminal before each long step
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
