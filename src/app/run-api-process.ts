import type { RequestListener } from 'node:http';
import { inspect } from 'node:util';
import type { Logger } from 'pino';
import { type ListeningServer, listen } from '../api/http/listening-server.ts';
import { findWebClient } from '../api/http/web-client.ts';
import { addConnectionsGauge } from '../platform/telemetry/gauge.ts';
import { createMetrics, type Metrics } from '../platform/telemetry/metrics.ts';
import type { Order, Report, Settings } from './cluster/messages.ts';
import type { Config } from './config/config.ts';
import { explainFailure } from './config/explain-failure.ts';
import { openApiDatabase } from './open-api-database.ts';
import { createShutdownStack, type ShutdownStack } from './shutdown-stack.ts';
import { startApi } from './start-api.ts';

interface ApiProcess {
  config: Config;
  log: Logger;
  metrics: Metrics;
  shutdown: ShutdownStack;
  /** Null until the port is being bound. */
  server: Promise<ListeningServer> | null;
  isClosing: boolean;
}

/**
 * Runs one API process of a cluster, on the orders of the primary. It exits with the primary: node:cluster ends a
 * process whose channel is closed.
 */
export function runApiProcess(config: Config, log: Logger): void {
  // A terminal and systemd signal all processes, but the primary stops them in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const metrics = createMetrics();
  const api: ApiProcess = {
    config,
    log,
    metrics,
    shutdown: createShutdownStack(),
    server: null,
    isClosing: false,
  };
  let serving = Promise.resolve();
  process.on('message', (order: Order) => {
    switch (order.tell) {
      case 'listen':
        bind(api).then(({ origin }) => report({ tell: 'listening', origin }), fail);
        return;
      case 'serve':
        serving = serve(api, order.settings).catch(fail);
        return;
      case 'count':
        void reportCounts(order.question, metrics);
        return;
      case 'stop':
        void stop(api, serving).then(() => process.exit(0), fail);
    }
  });
  report({ tell: 'hearing' });
}

function bind(api: ApiProcess): Promise<ListeningServer> {
  api.server ??= listen(api.config.port, api.config.host);
  return api.server;
}

async function serve(api: ApiProcess, settings: Settings): Promise<void> {
  const { config, log, metrics, shutdown } = api;
  const { origin, databaseUrl, webhookSecret, metricsUrl } = settings;
  const { db, openConnections } = await openApiDatabase(config, databaseUrl, shutdown);
  addConnectionsGauge(metrics.registry, [{ openConnections }]);
  const webClient = config.webClient ? findWebClient() : null;
  let handle: RequestListener = () => {};
  const server = {
    origin,
    serve: (given: RequestListener) => {
      handle = given;
    },
    isClosing: () => api.isClosing,
  };
  const { demoToken, stop } = await startApi(server, config, {
    db,
    log,
    metrics,
    readMetrics: async () => (await fetch(metricsUrl)).text(),
    webhookSecret,
    webClient,
  });
  shutdown.defer(stop);
  (await bind(api)).serve(handle);
  report({ tell: 'ready', ready: { demoToken, hasWebClient: webClient !== null } });
}

async function reportCounts(question: number, { registry }: Metrics): Promise<void> {
  report({ tell: 'counted', question, counts: await registry.getMetricsAsJSON() });
}

/** If the process is still starting, this waits until it has started. */
async function stop(api: ApiProcess, serving: Promise<void>): Promise<void> {
  await serving;
  api.isClosing = true;
  await (await api.server)?.close({ drainMs: api.config.drainMs });
  await api.shutdown.disposeAsync();
}

function report(given: Report, sent: () => void = () => {}): void {
  process.send?.(given, undefined, undefined, sent);
}

/** Reports the error to the primary, which prints it once for all processes. */
function fail(error: unknown): Promise<never> {
  report({ tell: 'failed', why: explainFailure(error) ?? inspect(error) }, () => process.exit(1));
  return new Promise(() => {});
}
