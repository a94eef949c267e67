import { join } from 'node:path';
import { buildWebClient, findWebClient } from './build-web-client.ts';
import type { Config } from './config/config.ts';
import { systemClock } from './db/clock.ts';
import { openDatabase } from './db/database.ts';
import { migrateDatabase } from './db/migrate.ts';
import { loadDemoData } from './demo/load-demo-data.ts';
import { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
import { countCalls } from './gateway/count-calls.ts';
import { openProviders } from './open-providers.ts';
import { openReplicas } from './replicas/replicas.ts';
import { listen } from './server/listening-server.ts';
import { metricsOnly } from './server/metrics-endpoint.ts';
import { startApi } from './start-api.ts';
import { addGauge } from './telemetry/gauge.ts';
import { createLogger } from './telemetry/logger.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { startWorker } from './worker/start-worker.ts';
import { addWorkGauges } from './worker/work-gauges.ts';

export interface Usher {
  /** http://host:port; null for a worker, which listens nowhere. */
  origin: string | null;
  /** A token of the demo user; null in production. */
  demoToken: string | null;
  /** Whether the web client is served at the origin. */
  hasWebClient: boolean;
  /** Lets requests and jobs under way finish, then stops everything that was started, the embedded database last. */
  stop(): Promise<void>;
}

/**
 * Starts every part of Usher that its role has, in order. What runs already is stopped again when a later part fails.
 *
 * @param tell is told of each longer step, in words for the terminal
 */
export async function startUsher(config: Config, tell: (line: string) => void): Promise<Usher> {
  const log = createLogger(config.logLevel);
  const server = config.role === 'worker' ? null : await listen(config.port, config.host);
  const origin = server?.origin ?? null;
  const metrics = createMetrics();
  const parts: (() => Promise<void>)[] = [];
  const stop = async (drainMs = 0) => {
    await server?.close({ drainMs });
    for (const stopPart of parts.splice(0).reverse()) await stopPart();
  };

  try {
    if (config.metricsPort !== null) {
      const metricsServer = await listen(config.metricsPort, config.host).catch((error: unknown) => {
        throw Object.assign(error as Error, { variable: 'METRICS_PORT' });
      });
      parts.push(metricsServer.close);
      metricsServer.serve(metricsOnly(metrics));
    }
    let { databaseUrl } = config;
    if (databaseUrl === null) {
      const dataFolder = join(config.dataFolder, 'postgres');
      tell(`Starting the embedded PostgreSQL in ${dataFolder} ...`);
      const embedded = await startEmbeddedPostgres({ dataFolder });
      parts.push(embedded.stop);
      databaseUrl = embedded.url;
      if (embedded.notice) tell(embedded.notice);
    }
    // In production nobody reads a terminal, but this wait shows why a roll-out stands still.
    await migrateDatabase(databaseUrl, config.production ? (line) => log.warn(line) : tell);
    const database = openDatabase({ url: databaseUrl, poolSize: config.databasePoolSize });
    parts.push(database.close);
    const { db } = database;
    addGauge(
      metrics.registry,
      'usher_database_connections',
      'Open connections of the pool.',
      database.openConnections,
    );
    if (!config.production) {
      tell('Topping up the demo data ...');
      await loadDemoData(db, systemClock.now());
    }

    let { webhookSecret } = config;
    if (config.role !== 'api') {
      const providers = await openProviders(config, origin);
      parts.push(providers.close);
      ({ webhookSecret } = providers);
      const gateway = countCalls(providers.gateway, metrics);
      const services = { db, clock: systemClock, log, metrics, ...providers, gateway };
      addWorkGauges(metrics.registry, db);
      parts.push(startWorker(services, databaseUrl).stop);
    }
    if (server && !config.production) await buildWebClient(tell);
    const webClient = findWebClient();
    const { replicaUrls: urls, databasePoolSize: poolSize } = config;
    const replicas = server && urls.length > 0 ? openReplicas({ urls, poolSize, db, log, metrics }) : null;
    if (replicas) parts.push(replicas.close);
    const services = { db, replicas, log, metrics, webhookSecret, webClient };
    const api = server && (await startApi(server, config, services));
    if (api) parts.push(api.stop);
    return {
      origin,
      demoToken: api?.demoToken ?? null,
      hasWebClient: webClient !== null,
      stop: () => stop(config.drainMs),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
