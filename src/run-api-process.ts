import { inspect } from 'node:util';
import { findWebClient } from './build-web-client.ts';
import type { Order, Report, Settings } from './cluster/messages.ts';
import type { Config } from './config/config.ts';
import { explainFailure } from './config/explain-failure.ts';
import { openApiDatabase } from './open-api-database.ts';
import { createParts, type ProcessParts } from './process-parts.ts';
import { type ListeningServer, listen } from './server/listening-server.ts';
import { startApi } from './start-api.ts';
import { addConnectionsGauge } from './telemetry/connections-gauge.ts';
import { createLogger } from './telemetry/logger.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';

interface ApiProcess {
  listening: Promise<ListeningServer>;
  metrics: Metrics;
  parts: ProcessParts;
}

/**
 * One API process of a cluster. It does what the first process says, and ends with it: node:cluster ends a process whose
 * channel to the first one is closed.
 */
export async function runApiProcess(config: Config): Promise<void> {
  // A terminal and systemd send signals to all processes: the first one stops them in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  const listening = listen(config.port, config.host);
  const api = { listening, metrics: createMetrics(), parts: createParts() };
  let serving = Promise.resolve();
  process.on('message', (order: Order) => {
    switch (order.tell) {
      case 'serve':
        serving = serve(config, order.settings, api).catch(fail);
        return;
      case 'count':
        void tellCounts(order.question, api.metrics);
        return;
      case 'stop':
        void stop(config, serving, api).then(() => process.exit(0), fail);
    }
  });
  const { origin } = await listening.catch(fail);
  report({ tell: 'listening', origin });
}

async function serve(config: Config, settings: Settings, { listening, metrics, parts }: ApiProcess) {
  const server = await listening;
  const database = await openApiDatabase(config, settings.databaseUrl, parts);
  addConnectionsGauge(metrics.registry, [database]);
  const webClient = findWebClient();
  const api = await startApi(server, config, {
    db: database.db,
    log: createLogger(config.logLevel),
    metrics,
    readMetrics: async () => (await fetch(settings.metricsUrl)).text(),
    webhookSecret: settings.webhookSecret,
    webClient,
  });
  parts.add(api.stop);
  report({ tell: 'ready', ready: { demoToken: api.demoToken, hasWebClient: webClient !== null } });
}

async function tellCounts(question: number, { registry }: Metrics): Promise<void> {
  report({ tell: 'counted', question, counts: await registry.getMetricsAsJSON() });
}

/** Also during the start, which is finished first. */
async function stop({ drainMs }: Config, serving: Promise<void>, { listening, parts }: ApiProcess) {
  const server = await listening;
  await serving;
  await server.close({ drainMs });
  await parts.stop();
}

function report(given: Report, sent: () => void = () => {}): void {
  process.send?.(given, undefined, undefined, sent);
}

/** The first process says it, once for all of them. */
function fail(error: unknown): Promise<never> {
  report({ tell: 'failed', why: explainFailure(error) ?? inspect(error) }, () => process.exit(1));
  return new Promise(() => {});
}
